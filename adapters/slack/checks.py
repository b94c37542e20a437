"""Are the tokens good? In words that a person can act on."""

from dataclasses import dataclass

from adapters.slack.api import Api, Refused, Unclear
from adapters.slack.manifest import OPTIONAL, scopes
from adapters.slack.reading import Me
from nova_bot.core.errors import CannotServe
from nova_bot.core.wording import say

NAME = "Slack"
APP = "SLACK_APP_TOKEN"
DEAD = frozenset(
    {
        "account_inactive", "invalid_auth", "missing_scope", "not_allowed_token_type", "not_authed", "token_expired",
        "token_revoked",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found out: who Nova is there, and scopes that it lacks but could use."""

    me: Me
    team_name: str
    lacking: frozenset[str]


async def check(api: Api, app_token: str = "", base_url: str | None = None) -> Checked:
    """Try the tokens. Raises CannotServe for what only a person can mend, Unclear when Slack can't be reached."""
    _look_at(api.client.token or "", "xoxb-", "SLACK_BOT_TOKEN")
    answer = await _tried(api, "auth.test", "SLACK_BOT_TOKEN")
    granted = frozenset(filter(None, str(answer["scopes"]).split(",")))
    missing = scopes() - granted if granted else frozenset()
    if missing - OPTIONAL:
        raise CannotServe(platform=NAME, problem=say("slack", "scopes", scopes=", ".join(sorted(missing - OPTIONAL))))
    if app_token:
        _look_at(app_token, "xapp-", APP)
        other = Api(app_token, base_url)
        try:
            await _tried(other, "apps.connections.open", APP)
        finally:
            await other.close()
    found = {name: str(answer.get(name) or "") for name in ("team_id", "user_id", "bot_id", "user", "team")}
    if not (found["team_id"] and found["user_id"]):
        raise Unclear("auth.test: no team or user")
    me = Me(found["team_id"], found["user_id"], found["bot_id"], found["user"] or "nova")
    return Checked(me, found["team"], missing)


def _look_at(token: str, begins: str, setting: str) -> None:
    if not token.startswith(begins):
        raise CannotServe(platform=NAME, problem=say("slack", "wrong_kind", setting=setting, begins=begins))


async def _tried(api: Api, method: str, setting: str) -> dict[str, object]:
    try:
        return await api.identity(method)
    except Refused as refusal:
        if refusal.error in DEAD:
            app_scope = setting == APP and refusal.error == "missing_scope"
            words = say("slack", "app_scope") if app_scope else refusal.words
            problem = say("slack", "bad_token", setting=setting, error=refusal.error, words=words)
            raise CannotServe(platform=NAME, problem=problem) from refusal
        raise Unclear(str(refusal)) from refusal
