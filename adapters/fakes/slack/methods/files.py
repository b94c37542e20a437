"""files.*External: a file is promised, sent to its own address, then shared."""

from dataclasses import replace

from adapters.fakes.slack.args import SlackError
from adapters.fakes.slack.methods.ask import Ask, Method
from adapters.fakes.slack.records import Json, Message, Upload
from adapters.fakes.slack.state import Workspace

SIZE_MAX = 1 << 30


def _get_url(ws: Workspace, ask: Ask) -> Json:
    name, length = ask.args.need("filename"), ask.args.number("length", 0, SIZE_MAX)
    upload = Upload(ws.next_id("F"), name, length)
    ws.uploads[upload.id] = upload
    return {"upload_url": f"{ws.address}/upload/{upload.id}", "file_id": upload.id}


def _complete(ws: Workspace, ask: Ask) -> Json:
    wanted = ask.args.objects("files")
    uploads = [_sent(ws, str(item.get("id"))) for item in wanted]
    if not uploads:
        raise SlackError("invalid_arguments", "needs files")
    shown = tuple(
        {"id": upload.id, "name": upload.name, "title": item.get("title", upload.name), "size": upload.length}
        for upload, item in zip(uploads, wanted, strict=True)
    )
    if ask.args.has("channel_id"):
        _share(ws, ask, shown)
    ws.uploads |= {upload.id: replace(upload, shared=True) for upload in uploads}
    return {"files": list(shown)}


def _sent(ws: Workspace, file_id: str) -> Upload:
    upload = ws.uploads.get(file_id)
    if upload is None or upload.content is None or upload.shared:
        raise SlackError("file_not_found")
    return upload


def _share(ws: Workspace, ask: Ask, shown: tuple[Json, ...]) -> None:
    channel, thread_ts = ws.joined(ask.args.need("channel_id")), ask.args.text("thread_ts")
    if thread_ts:
        ws.check_thread(channel.id, thread_ts)
    comment = ask.args.text("initial_comment")
    post = Message(channel.id, ws.next_ts(), ws.app.user, comment, bot_id=ws.app.bot_id, thread_ts=thread_ts)
    ws.post(replace(post, subtype="file_share", files=shown))


METHODS = {
    "files.getUploadURLExternal": Method(_get_url, ("files:write",)),
    "files.completeUploadExternal": Method(_complete, ("files:write",)),
}
