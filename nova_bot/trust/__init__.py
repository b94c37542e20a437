"""What may it do? Grants, the decision before every tool call, and approvals. Pure: no I/O, no clock."""
