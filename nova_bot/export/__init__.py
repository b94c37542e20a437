"""Export: a run as others read it: spans for a trace viewer, W3C PROV, and one page for a person."""
