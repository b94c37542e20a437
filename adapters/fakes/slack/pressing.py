"""The part of FakeSlack that is people using the app: slash commands, buttons, menus and forms."""

import re
from collections.abc import Mapping
from dataclasses import replace

from adapters.fakes.slack import elements, hooks
from adapters.fakes.slack.args import Args
from adapters.fakes.slack.courier import INTERACTIVE, SLASH, Courier
from adapters.fakes.slack.events import message_json
from adapters.fakes.slack.methods.views import checked, rewrite, show, view_json
from adapters.fakes.slack.records import Channel, Delivery, Json, Message, Room, View
from adapters.fakes.slack.state import Workspace

NAMES = re.compile(r"(?P<sign>[@#])(?P<name>[\w.-]+)")


class Pressing:
    """Each of these waits for the app's ack and returns the delivery; `acked` is False when the person saw an error."""

    ws: Workspace
    courier: Courier

    async def slash(
        self, command: str, text: str, user: str, channel: str, thread_ts: str | None = None, *, escape: bool = True
    ) -> Delivery:
        """Somebody uses a slash command; `escape` turns @names and #channels into ids, as the app's manifest asks.

        Raises ValueError inside a thread: Slack has no commands there.
        """
        if thread_ts is not None:
            raise ValueError("slash commands can't be used in threads")
        where, who = self.ws.channels[channel], self.ws.users[user]
        hook = hooks.new_hook(self.ws, channel, user)
        payload = {
            "token": "verification-token",
            "team_id": self.ws.app.team,
            "team_domain": self.ws.app.domain,
            "channel_id": channel,
            "channel_name": _name(where),
            "user_id": user,
            "user_name": who.name,
            "command": command,
            "text": self._escaped(text) if escape else text,
            "api_app_id": self.ws.app.id,
            "is_enterprise_install": "false",
            "response_url": hooks.address(self.ws, hook),
            "trigger_id": self.ws.new_trigger(user),
        }
        delivery = await self.courier.ask(SLASH, payload)
        if "text" in delivery.answer or "blocks" in delivery.answer:
            hooks.respond(self.ws, hook, Args(delivery.answer))
        return delivery

    async def click(self, on: Message | View, action_id: str, user: str, value: str | None = None) -> Delivery:
        """Somebody uses a button, menu or other element of a message or view, as it was when `on` was read.

        So an element that the app has taken away since can still be pressed, as by somebody with a slow screen.
        `value` picks one of several with this action id, an option, or what is typed. Raises LookupError.
        """
        self._check_sees(on, user)
        blocks = on.blocks if isinstance(on, Message) else on.body["blocks"]
        block_id, element = elements.find(blocks, action_id, value)
        action = {"action_id": action_id, "block_id": block_id, "action_ts": self.ws.next_ts()}
        payload = self._interaction("block_actions", user) | {"actions": [action | elements.used(element, value)]}
        payload |= self._from_message(on, user) if isinstance(on, Message) else self._from_view(on)
        return await self.courier.ask(INTERACTIVE, payload)

    async def submit_view(self, view: View, user: str, values: Mapping[str, str] | None = None) -> Delivery:
        """Somebody sends a modal; `values` by action id. Raises ValueError when a field that is needed is empty."""
        self._check_sees(view, user)
        state = self._state(view, values or {})
        shown = view_json(self.ws, view) | {"state": {"values": state}}
        payload = self._interaction("view_submission", user) | {"view": shown, "response_urls": []}
        delivery = await self.courier.ask(INTERACTIVE, payload)
        if delivery.acked:
            self._after_submission(view, delivery.answer)
        return delivery

    async def close_view(self, view: View, user: str) -> Delivery | None:
        """Somebody closes a modal; the app hears of it only if the view has `notify_on_close`."""
        self._check_sees(view, user)
        self._close(view)
        if not view.body.get("notify_on_close"):
            return None
        payload = self._interaction("view_closed", user)
        return await self.courier.ask(INTERACTIVE, payload | {"view": view_json(self.ws, view), "is_cleared": False})

    def _interaction(self, kind: str, user: str) -> Json:
        app, name = self.ws.app, self.ws.users[user].name
        return {
            "type": kind,
            "user": {"id": user, "username": name, "name": name, "team_id": app.team},
            "api_app_id": app.id,
            "token": "verification-token",
            "trigger_id": self.ws.new_trigger(user),
            "team": {"id": app.team, "domain": app.domain},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _from_message(self, message: Message, user: str) -> Json:
        channel = self.ws.channels[message.channel]
        container: Json = {"type": "message", "message_ts": message.ts, "channel_id": channel.id}
        container["is_ephemeral"] = bool(message.seen_by)
        if message.thread_ts:
            container["thread_ts"] = message.thread_ts
        hook = hooks.new_hook(self.ws, channel.id, user, message.ts)
        found: Json = {
            "container": container,
            "channel": {"id": channel.id, "name": _name(channel)},
            "state": {"values": {}},
            "response_url": hooks.address(self.ws, hook),
        }
        # An ephemeral message is not kept, so Slack can't send it along.
        return found if message.seen_by else found | {"message": message_json(self.ws, message)}

    def _from_view(self, view: View) -> Json:
        return {"container": {"type": "view", "view_id": view.id}, "view": view_json(self.ws, view)}

    def _state(self, view: View, values: Mapping[str, str]) -> Json:
        state: Json = {}
        for number, block in enumerate(view.body["blocks"]):
            if block["type"] != "input":
                continue
            element = block["element"]
            action_id = element.get("action_id", f"a{number}")
            if action_id not in values and not block.get("optional"):
                raise ValueError(f"{action_id} must be filled in")
            filled = elements.used(element, values[action_id]) if action_id in values else {"type": element["type"]}
            state[block["block_id"]] = {action_id: filled}
        return state

    def _after_submission(self, view: View, answer: Json) -> None:
        match answer.get("response_action"):
            case None:
                self._close(view)
            case "clear":
                for shown in self.ws.views.values():
                    if shown.user == view.user and shown.kind == "modal":
                        self._close(shown)
            case "update":
                rewrite(self.ws, view, checked(answer["view"], "modal"))
            case "push":
                show(self.ws, view.user, checked(answer["view"], "modal"), view.id)
            case "errors":
                unknown = set(answer["errors"]) - {block["block_id"] for block in view.body["blocks"]}
                if unknown:
                    raise ValueError(f"errors for blocks that are not in the view: {', '.join(sorted(unknown))}")
            case other:
                raise ValueError(f"Slack knows no response_action {other!r}")

    def _close(self, view: View) -> None:
        self.ws.views[view.id] = replace(self.ws.views[view.id], open=False)

    def _check_sees(self, what: Message | View, user: str) -> None:
        if isinstance(what, View):
            sees = what.user == user and self.ws.views[what.id].open
        else:
            sees = user in self.ws.channels[what.channel].members and what.seen_by in ("", user)
        if not sees:
            raise LookupError(f"{user} does not see this")

    def _escaped(self, text: str) -> str:
        users = {user.name: f"<@{user.id}|{user.name}>" for user in self.ws.users.values()}
        channels = {where.name: f"<#{where.id}|{where.name}>" for where in self.ws.channels.values() if where.name}

        def written(found: re.Match[str]) -> str:
            known = users if found["sign"] == "@" else channels
            return known.get(found["name"], found[0])

        return NAMES.sub(written, text)


def _name(channel: Channel) -> str:
    return "directmessage" if channel.room is Room.IM else channel.name
