import asyncio
import socket
import subprocess
import sys
from itertools import pairwise

import pytest

import nova_bot.models.anthropic as anthropic_module
from nova_bot.core.agent_spec import Tier
from nova_bot.core.errors import (
    Addressee,
    ModelBroken,
    ModelBusy,
    ModelEndpointRefused,
    ModelError,
    ModelKeyRefused,
    ModelRequestRefused,
    ModelUnknown,
    ModelUnreachable,
)
from nova_bot.core.outcome import ToolCall
from nova_bot.core.run import Usage
from nova_bot.models.anthropic import FIRST_WAIT_S, TRIES, AnthropicModel, check_endpoint
from nova_bot.models.base import StopReason
from tests.fakes.messages import KEY, Answer, Body, Cut, End, FakeMessages, Reply, Silence, Status, Text, ToolUse
from tests.models.conftest import Make
from tests.models.sample import CLOCK, SYSTEM, Naps, request, used

LONG = Text("The answer to this is longer than one piece.")
FIND = ToolUse("toolu_1", "notes__find", {"words": "birch", "deep": {"n": [1, None, "é"]}})
TIME = ToolUse("toolu_2", "clock__now")


class TestAnswers:
    async def test_a_plain_answer(self, model: AnthropicModel, double: FakeMessages) -> None:
        double.will(Answer((Text("It is noon."),), tokens_in=1_000, tokens_out=200))
        reply = await model.reply(request())
        assert (reply.text, reply.calls, reply.stop) == ("It is noon.", (), StopReason.END)
        assert (reply.model, reply.detail) == ("middle", "end_turn")
        assert reply.usage == Usage(1_000, 200, 0, 0, usd=0.006, calls=1)

    async def test_cached_tokens_are_counted_and_priced(self, model: AnthropicModel, double: FakeMessages) -> None:
        double.will(Answer(tokens_in=100, tokens_out=10, cache_read=2_000, cache_write=400))
        usage = (await model.reply(request())).usage
        assert (usage.tokens_in, usage.cache_read, usage.cache_write) == (100, 2_000, 400)
        assert usage.usd == pytest.approx((100 * 3.0 + 10 * 15.0 + 2_000 * 0.3 + 400 * 3.75) / 1e6)

    async def test_a_model_without_a_price_has_no_cost(self, model: AnthropicModel, double: FakeMessages) -> None:
        double.will(Answer())
        assert (await model.reply(request(tier=Tier.FAST))).usage.usd is None

    async def test_the_text_is_shown_as_it_grows(self, model: AnthropicModel, double: FakeMessages) -> None:
        double.will(Answer((Text("Let me see: "), FIND, Text("I look it up.")), stop="tool_use"))
        shown: list[str] = []
        reply = await model.reply(request(), shown.append)
        assert shown[:2] == ["", "Let me "]
        assert all(longer.startswith(shorter) for shorter, longer in pairwise(shown))
        assert shown[-1] == reply.text == "Let me see: I look it up."

    async def test_a_tool_call_has_the_tools_own_name(self, model: AnthropicModel, double: FakeMessages) -> None:
        double.will(Answer((Text("I look."), FIND), stop="tool_use"))
        reply = await model.reply(request())
        assert (reply.stop, reply.text) == (StopReason.TOOLS, "I look.")
        assert reply.calls == (ToolCall("toolu_1", "notes.find", {"words": "birch", "deep": {"n": [1, None, "é"]}}),)

    async def test_parallel_calls_keep_their_order(self, model: AnthropicModel, double: FakeMessages) -> None:
        double.will(Answer((TIME, FIND), stop="tool_use"))
        calls = (await model.reply(request())).calls
        assert [(call.id, call.tool) for call in calls] == [("toolu_2", "clock.now"), ("toolu_1", "notes.find")]

    async def test_a_name_the_model_made_up_stays_as_it_is(self, model: AnthropicModel, double: FakeMessages) -> None:
        double.will(Answer((ToolUse("toolu_1", "no_such"),), stop="tool_use"))
        assert (await model.reply(request())).calls == (ToolCall("toolu_1", "no_such", {}),)

    @pytest.mark.parametrize(
        ("said", "stop"),
        [
            ("end_turn", StopReason.END),
            ("stop_sequence", StopReason.END),
            ("max_tokens", StopReason.CUT),
            ("model_context_window_exceeded", StopReason.CUT),
            ("pause_turn", StopReason.CUT),
            ("refusal", StopReason.REFUSED),
            ("a_reason_of_tomorrow", StopReason.END),
        ],
    )
    async def test_no_call_is_taken_unless_the_model_stopped_for_tools(
        self, said: str, stop: StopReason, model: AnthropicModel, double: FakeMessages
    ) -> None:
        double.will(Answer((Text("So far."), FIND), stop=said))
        reply = await model.reply(request())
        assert (reply.text, reply.calls, reply.stop, reply.detail) == ("So far.", (), stop, said)

    async def test_a_cut_answer_may_end_inside_a_call(self, model: AnthropicModel, double: FakeMessages) -> None:
        double.will(Answer((Text("So far."), ToolUse("t", "notes__find", raw='{"words": "bi')), stop="max_tokens"))
        reply = await model.reply(request())
        assert (reply.text, reply.calls, reply.stop) == ("So far.", (), StopReason.CUT)

    async def test_what_is_sent(self, model: AnthropicModel, double: FakeMessages) -> None:
        double.will(Answer())
        await model.reply(request("What time is it?", tools=(CLOCK,), tier=Tier.DEEP))
        sent = double.requests[0]
        assert (sent.body["model"], sent.body["max_tokens"]) == ("large", 500)
        assert sent.body["system"] == [{"type": "text", "text": SYSTEM, "cache_control": {"type": "ephemeral"}}]
        assert [tool["name"] for tool in sent.body["tools"]] == ["clock__now"]
        assert sent.body["messages"] == [{"role": "user", "content": [{"type": "text", "text": "What time is it?"}]}]
        assert sent.headers["authorization"] == f"Bearer {KEY}"

    async def test_earlier_calls_are_sent_with_their_results(self, model: AnthropicModel, double: FakeMessages) -> None:
        double.will(Answer())
        await model.reply(request(exchanges=(used("clock.now", "noon", "toolu_1"), used("notes.find", "", "toolu_2"))))
        asked, answered = double.requests[0].body["messages"][-2:]
        assert asked["content"] == [{"type": "tool_use", "id": "toolu_2", "name": "notes__find", "input": {}}]
        assert answered["content"][0]["content"] == "(empty)"

    async def test_without_tools_none_are_sent(self, model: AnthropicModel, double: FakeMessages) -> None:
        double.will(Answer())
        await model.reply(request(tools=()))
        assert "tools" not in double.requests[0].body


FAULTS: dict[str, tuple[Reply, type[ModelError]]] = {
    "cut before the first byte": (Cut(), ModelUnreachable),
    "no byte ever": (Silence(), ModelUnreachable),
    "drop": (Answer((LONG,), end=End.DROP), ModelBroken),
    "stall": (Answer((LONG,), end=End.STALL), ModelBroken),
    "ends early": (Answer((LONG,), end=End.CLEAN), ModelBroken),
    "ends before its first event": (Answer((LONG,), end=End.CLEAN, events=0), ModelBroken),
    "ends before message_stop": (Answer((Text(""),), end=End.CLEAN, events=5), ModelBroken),
    "overloaded in the middle": (Answer((LONG,), end=End.ERROR), ModelBusy),
    "limited in the middle": (Answer((LONG,), end=End.ERROR, error="rate_limit_error"), ModelBusy),
    "fault in the middle": (Answer((LONG,), end=End.ERROR, error="api_error"), ModelBroken),
    "garbage in the middle": (Answer((LONG,), end=End.GARBAGE), ModelBroken),
    "an empty body": (Body(b""), ModelBroken),
    "a web page": (Body(b"<html>Welcome</html>", "text/html"), ModelBroken),
    "no stream": (Body(b'{"type": "message", "content": []}', "application/json"), ModelBroken),
    "events out of order": (Body(b'event: message_stop\ndata: {"type": "message_stop"}\n\n'), ModelBroken),
    "an event that is a number": (Body(b"event: message_start\ndata: 5\n\n"), ModelBroken),
    "no stop reason": (
        Body(
            b'event: message_start\ndata: {"type": "message_start", "message": {"id": "m", "type": "message", '
            b'"role": "assistant", "model": "m", "content": [], "usage": {"input_tokens": 1, "output_tokens": 1}}}\n\n'
            b'event: message_stop\ndata: {"type": "message_stop"}\n\n'
        ),
        ModelBroken,
    ),
    "arguments that are no JSON": (
        Answer((ToolUse("toolu_1", "notes__find", raw='{"words": birch}'),), stop="tool_use"),
        ModelBroken,
    ),
    "arguments that break off": (
        Answer((ToolUse("toolu_1", "notes__find", raw='{"words": "birch", "limit'),), stop="tool_use"),
        ModelBroken,
    ),
    "arguments that are a list": (
        Answer((ToolUse("toolu_1", "notes__find", raw="[1]"),), stop="tool_use"),
        ModelBroken,
    ),
    "408": (Status(408), ModelBusy),
    "409": (Status(409), ModelBusy),
    "429": (Status(429), ModelBusy),
    "500": (Status(500), ModelBroken),
    "502": (Status(502), ModelBroken),
    "503": (Status(503), ModelBusy),
    "529": (Status(529), ModelBusy),
}
STALL_S = 0.4


class TestFaults:
    @pytest.mark.parametrize("fault", [fault for fault, _ in FAULTS.values()], ids=FAULTS)
    async def test_a_fault_is_tried_again(self, fault: Reply, make: Make, double: FakeMessages, naps: Naps) -> None:
        double.will(fault, Answer((Text("Here it is."),)))
        reply = await make(stall_s=STALL_S).reply(request())
        assert (reply.text, reply.stop, reply.usage.calls) == ("Here it is.", StopReason.END, 2)
        assert len(naps.taken) == 1

    @pytest.mark.parametrize(("fault", "error"), FAULTS.values(), ids=FAULTS)
    async def test_a_fault_that_stays_is_told_to_the_owner(
        self, fault: Reply, error: type[ModelError], make: Make, double: FakeMessages, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(anthropic_module, "TRIES", 1)
        double.will(fault)
        with pytest.raises(error) as raised:
            await make(stall_s=STALL_S).reply(request())
        assert raised.value.addressee is Addressee.OWNER
        assert raised.value.facts["model"] == "middle"
        assert raised.value.facts["what"]

    async def test_after_four_tries_it_is_given_up(
        self, model: AnthropicModel, double: FakeMessages, naps: Naps
    ) -> None:
        double.will(*[Status(529)] * 9)
        with pytest.raises(ModelBusy, match=r"overloaded_error, HTTP 529.*4 tries failed"):
            await model.reply(request())
        assert (len(double.requests), len(naps.taken)) == (TRIES, TRIES - 1)

    async def test_each_wait_is_longer_than_the_last(
        self, model: AnthropicModel, double: FakeMessages, naps: Naps
    ) -> None:
        double.will(Status(500), Cut(), Status(500), Answer())
        await model.reply(request())
        for n, waited in enumerate(naps.taken):
            assert FIRST_WAIT_S * 2**n / 2 <= waited <= FIRST_WAIT_S * 2**n

    @pytest.mark.parametrize(("asked", "waited"), [("7", 7.0), ("2.5", 2.5), ("20", 20.0)])
    async def test_it_waits_as_long_as_the_service_asks(
        self, asked: str, waited: float, model: AnthropicModel, double: FakeMessages, naps: Naps
    ) -> None:
        double.will(Status(429, headers={"retry-after": asked}), Answer())
        await model.reply(request())
        assert naps.taken == [waited]

    @pytest.mark.parametrize("asked", ["soon", "Wed, 21 Oct 2026 07:28:00 GMT", "-3", "nan", "inf", "0", "\u00b2"])
    async def test_an_unusable_retry_after_is_ignored(
        self, asked: str, model: AnthropicModel, double: FakeMessages, naps: Naps
    ) -> None:
        double.will(Status(429, headers={"retry-after": asked}), Answer())
        await model.reply(request())
        assert 0 < naps.taken[0] <= FIRST_WAIT_S

    async def test_a_wait_beyond_patience_is_not_begun(
        self, model: AnthropicModel, double: FakeMessages, naps: Naps
    ) -> None:
        double.will(Status(429, headers={"retry-after": "3600"}))
        with pytest.raises(ModelBusy, match="1 tries failed"):
            await model.reply(request())
        assert (len(double.requests), naps.taken) == (1, [])

    async def test_a_retry_shows_the_text_anew(self, model: AnthropicModel, double: FakeMessages) -> None:
        double.will(Answer((LONG,), end=End.DROP, events=6), Answer((Text("Once more."),)))
        shown: list[str] = []
        reply = await model.reply(request(), shown.append)
        assert shown == ["", "The ans", "The answer to ", "The answer to this is", "", "Once mo", "Once more."]
        assert reply.text == "Once more."

    async def test_a_call_in_a_dropped_answer_is_never_made(self, model: AnthropicModel, double: FakeMessages) -> None:
        whole = 2 + 1 + 2 + len('{"words": "birch"}') // 7 + 1 + 1
        call = ToolUse("toolu_1", "notes__find", {"words": "birch"})
        double.will(Answer((call,), stop="tool_use", end=End.CLEAN, events=whole), Answer((Text("No need."),)))
        reply = await model.reply(request())
        assert (reply.calls, reply.text) == ((), "No need.")

    @pytest.mark.parametrize(
        ("code", "error", "said"),
        [
            (400, ModelRequestRefused, r"invalid_request_error, HTTP 400: max_tokens is too large\)\.$"),
            (404, ModelUnknown, r"knows no middle \(not_found_error, HTTP 404.*Check `models`"),
            (413, ModelRequestRefused, r"request_too_large, HTTP 413: max_tokens is too large\)\.$"),
            (401, ModelKeyRefused, "authentication_error, HTTP 401.*ANTHROPIC_API_KEY"),
            (402, ModelKeyRefused, "HTTP 402"),
            (403, ModelKeyRefused, "permission_error, HTTP 403"),
        ],
    )
    async def test_a_refusal_of_the_request_is_not_tried_again(
        self, code: int, error: type[ModelError], said: str, make: Make, double: FakeMessages, naps: Naps
    ) -> None:
        double.will(Status(code, "max_tokens is too large"), Answer())
        with pytest.raises(error, match=said):
            await make({Tier.STANDARD: Tier.FAST}).reply(request())
        assert (len(double.requests), naps.taken) == (1, [])

    @pytest.mark.parametrize("reply", [Silence(), Answer((LONG,), end=End.STALL)], ids=["at first", "midway"])
    async def test_a_stall_is_not_waited_for_longer_than_told(
        self, reply: Reply, make: Make, double: FakeMessages
    ) -> None:
        double.will(reply, Answer())
        async with asyncio.timeout(10):
            await make(stall_s=STALL_S).reply(request())

    async def test_nobody_listens_there(self, make: Make, naps: Naps) -> None:
        with socket.socket() as unheard:
            unheard.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{unheard.getsockname()[1]}"
            with pytest.raises(ModelUnreachable, match="ANTHROPIC_BASE_URL"):
                await make(url=url).reply(request())
        assert len(naps.taken) == TRIES - 1

    async def test_a_fault_of_ours_is_not_blamed_on_the_service(
        self, model: AnthropicModel, double: FakeMessages
    ) -> None:
        def broken(text: str) -> None:
            raise ValueError(f"heard {text}")

        double.will(Answer())
        with pytest.raises(ValueError, match="heard"):
            await model.reply(request(), broken)
        assert len(double.requests) == 1

    async def test_a_reply_can_be_cancelled(self, model: AnthropicModel, double: FakeMessages) -> None:
        double.will(Answer((LONG,), end=End.STALL), Answer((Text("Again."),)))
        begun = asyncio.Event()
        asking = asyncio.create_task(model.reply(request(), lambda text: begun.set()))
        await begun.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert (await model.reply(request())).text == "Again."


def test_the_sdk_is_not_loaded_before_it_is_needed() -> None:
    code = "import sys, nova_bot.models.anthropic; sys.exit('anthropic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


class TestFallback:
    async def test_an_overloaded_tier_gives_way_to_the_next(self, make: Make, double: FakeMessages) -> None:
        double.will(*[Status(529)] * TRIES, Answer((Text("I can."),)))
        reply = await make({Tier.DEEP: Tier.STANDARD}).reply(request(tier=Tier.DEEP))
        assert (reply.text, reply.model, reply.usage.calls) == ("I can.", "middle", TRIES + 1)
        assert [sent.body["model"] for sent in double.requests] == ["large"] * TRIES + ["middle"]

    async def test_a_long_wait_gives_way_at_once(self, make: Make, double: FakeMessages) -> None:
        double.will(Status(429, headers={"retry-after": "60"}), Answer())
        reply = await make({Tier.DEEP: Tier.STANDARD}).reply(request(tier=Tier.DEEP))
        assert (reply.model, reply.usage.calls) == ("middle", 2)

    async def test_fallbacks_in_a_circle_are_each_tried_once(self, make: Make, double: FakeMessages) -> None:
        double.will(*[Status(500)] * 20)
        with pytest.raises(ModelBroken):
            await make({Tier.DEEP: Tier.FAST, Tier.FAST: Tier.DEEP}).reply(request(tier=Tier.DEEP))
        assert len(double.requests) == 2 * TRIES


class TestEndpoint:
    @pytest.mark.parametrize(
        "url",
        [
            None,
            "",
            "https://api.example.com",
            "HTTPS://api.example.com/v1",
            "http://127.0.0.1:8080",
            "http://localhost:1234/v1",
            "http://[::1]:8080",
        ],
    )
    def test_https_and_this_machine_are_fine(self, url: str | None) -> None:
        check_endpoint(url)

    @pytest.mark.parametrize(
        "url",
        [
            "http://api.example.com",
            "HTTP://api.example.com",
            "http://10.0.0.5:8080",
            "http://localhost.example.com",
            "http://localhost@example.com",
            "http://127.0.0.1\\@example.com",
            "//api.example.com",
            "api.example.com",
            "localhost:8080",
            "ftp://api.example.com",
        ],
    )
    def test_anything_else_is_refused(self, url: str) -> None:
        with pytest.raises(ModelEndpointRefused, match="ANTHROPIC_BASE_URL"):
            AnthropicModel({}, {}, {}, base_url=url)

    def test_the_refusal_does_not_repeat_a_password(self) -> None:
        with pytest.raises(ModelEndpointRefused) as raised:
            check_endpoint("http://me:secret@api.example.com/path?token=secret")
        assert "secret" not in str(raised.value)

    def test_what_is_no_address_is_said_to_be_none(self) -> None:
        with pytest.raises(ModelEndpointRefused, match="ANTHROPIC_BASE_URL is no address: write an https address"):
            check_endpoint("me:secret@api.example.com")

    async def test_a_redirect_is_not_followed(self, model: AnthropicModel, double: FakeMessages) -> None:
        async with FakeMessages() as elsewhere:
            elsewhere.will(Answer())
            double.will(Status(307, headers={"location": f"{elsewhere.url}/v1/messages"}))
            with pytest.raises(ModelUnreachable, match=r"another address, .*HTTP 307"):
                await model.reply(request())
            assert elsewhere.requests == []
        assert len(double.requests) == 1

    async def test_an_address_from_the_environment_is_not_used_unchecked(
        self, make: Make, double: FakeMessages, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(anthropic_module, "ANTHROPIC", double.url)
        monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:9")
        double.will(Answer())
        assert (await make(url=None).reply(request())).text == "Hello."

    async def test_a_wrong_key_is_told(self, make: Make) -> None:
        with pytest.raises(ModelKeyRefused, match=r"invalid x-api-key.*Check ANTHROPIC_API_KEY"):
            await make(key="someone-elses").reply(request())

    async def test_no_key_is_told_before_anything_is_sent(self, make: Make, double: FakeMessages) -> None:
        with pytest.raises(ModelKeyRefused, match="no key"):
            await make(key="").reply(request())
        assert double.requests == []
