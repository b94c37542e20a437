"""Job files: what is refused, in which words; and the ones that Nova ships."""

from pathlib import Path

import pytest

from nova_bot import agent_files
from nova_bot.core.errors import BadJobFile, UnknownJob
from nova_bot.tools.all import REGISTRY
from schedules import job_files

GOOD = """---
name: review
enabled: true
cron: "0 16 * * fri"
agent: books
place: terminal/local/chat/jobs
---
Review the week.
"""


def load(folder: Path, text: str, name: str = "review") -> job_files.Jobs:
    (folder / f"{name}.md").write_text(text, "utf-8")
    return job_files.load([folder], ["books", "chaser"], "Europe/Berlin", REGISTRY.rows())


def test_a_good_file_is_a_job(tmp_path: Path) -> None:
    spec = load(tmp_path, GOOD).get("review").spec
    assert (spec.agent, spec.body, spec.place.thread) == ("books", "Review the week.", "jobs")
    assert job_files.series(spec, "Europe/Berlin").tz == "Europe/Berlin"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("agent: books", "agnet: books", r'review.md:5: unknown key "agnet"; did you mean "agent"\?'),
        ("agent: books", "pipeline: books", r"review.md:5: a job can't name a pipeline yet; name the agent"),
        ("agent: books", "agent: bocks", r'review.md:5: there is no agent "bocks"; did you mean "books"\?'),
        ('cron: "0 16 * * fri"', 'cron: "0 25 * * fri"', 'review.md:4: "cron": "25" is no hour'),
        ('cron: "0 16 * * fri"', "every: 10s", 'review.md:4: "every": every is at least one minute'),
        ('cron: "0 16 * * fri"', "rrule: FREQ=NEVER", 'review.md:4: "rrule": '),
        ('cron: "0 16 * * fri"', 'rrule: "FREQ=DAILY;UNTIL=20200101T000000"', 'review.md:4: "rrule": it is never due'),
        ("enabled: true", "every: 1h", "review.md:1: give exactly one of every, cron and rrule"),
        ("enabled: true", "tz: Europe/Berlim", 'review.md:3: "tz": "Europe/Berlim" is no IANA time zone'),
        ("enabled: true", "start: 2026-01-01T00:00:00Z", "review.md:1: start is a wall time without a zone"),
        ("place: terminal/local/chat/jobs", "place: slack", 'review.md:6: "place": write platform/workspace/channel'),
        ("name: review", "name: preview", 'review.md:2: "name" must be the file\'s name, "review"'),
        ("Review the week.\n", "", 'review.md:1: "body"'),
        ("enabled: true", "misfire: maybe", 'review.md:3: "misfire"'),
        ("---\nname", "name", "review.md:1: the file must start with front matter"),
    ],
)
def test_a_bad_file_is_refused_with_its_line(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(BadJobFile, match=words):
        load(tmp_path, GOOD.replace(old, new, 1))


def test_a_job_that_is_off_may_name_an_agent_that_is_not_there(tmp_path: Path) -> None:
    text = GOOD.replace("enabled: true", "enabled: false").replace("agent: books", "agent: nobody")
    assert not load(tmp_path, text).get("review").spec.enabled


def granting(line: str) -> str:
    return GOOD.replace("agent: books", f"agent: books\ngrants:\n  - {line}")


def test_a_file_may_grant_effects(tmp_path: Path) -> None:
    (grant,) = load(tmp_path, granting('{tool: chat.post, values: {place: "#team"}}')).get("review").spec.grants
    assert (str(grant), grant.values, grant.uses) == ("chat.post place=#team", {"place": ("#team",)}, 1)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{tool: chat.pots}", 'did you mean "chat.post"'),
        ("{tool: clock.now}", "no tool that does something"),
        ("{tool: chat.post}", "chat.post needs a value for place"),
        ("{tool: chat.post, values: {text: hello}}", "needs a value for place"),
        ("{tool: chat.post, value: {place: x}}", "value"),
        ("{tool: chat.post, values: {place: x}, uses: 0}", "uses"),
    ],
)
def test_a_grant_that_is_none_is_named(tmp_path: Path, line: str, problem: str) -> None:
    with pytest.raises(BadJobFile, match=problem) as caught:
        load(tmp_path, granting(line))
    assert "review.md" in str(caught.value)


def test_the_owners_own_file_stands_before_the_shipped_one(tmp_path: Path) -> None:
    shipped, own = tmp_path / "shipped", tmp_path / "own"
    for folder, body in ((shipped, "Theirs."), (own, "Mine.")):
        folder.mkdir()
        (folder / "review.md").write_text(GOOD.replace("Review the week.", body), "utf-8")
    jobs = job_files.load([shipped, own], ["books"], "UTC", REGISTRY.rows())
    assert [file.spec.body for file in jobs.files] == ["Mine."]


@pytest.mark.parametrize(("name", "nearest"), [("revue", "review"), ("brief", "morning-brief"), ("xyzzy", "review")])
def test_an_unknown_name_gets_the_nearest_one(tmp_path: Path, name: str, nearest: str) -> None:
    load(tmp_path, GOOD.replace("name: review", "name: morning-brief"), "morning-brief")
    with pytest.raises(UnknownJob, match=f"Did you mean {nearest}"):
        load(tmp_path, GOOD).get(name)


def test_turning_a_job_on_or_off_changes_one_line(tmp_path: Path) -> None:
    off = job_files.with_enabled(GOOD, enabled=False)
    assert off == GOOD.replace("enabled: true", "enabled: false")
    assert job_files.with_enabled(off, enabled=True) == GOOD
    silent = GOOD.replace("enabled: true\n", "")
    assert load(tmp_path, job_files.with_enabled(silent, enabled=True)).get("review").spec.enabled


def test_the_shipped_jobs_are_good_and_off() -> None:
    roster = agent_files.load(agent_files.default_folder(), REGISTRY.outward())
    jobs = job_files.load([job_files.shipped()], roster.names, "Europe/Berlin", REGISTRY.rows())
    assert {file.spec.name for file in jobs.files} == {
        "backup-check",
        "morning-brief",
        "overdue-invoices",
        "stale-reminders-sweep",
        "weekly-review",
    }
    for file in jobs.files:
        assert not file.spec.enabled
        assert file.spec.agent in roster.names
        assert job_files.series(file.spec, "Europe/Berlin").rule
