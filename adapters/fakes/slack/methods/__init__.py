"""The Web API methods, by family. Each is a function of the workspace and what is asked of it."""

from adapters.fakes.slack.methods import agents, chat, conversations, files, people, reactions, streams, views

METHODS = (
    agents.METHODS
    | chat.METHODS
    | conversations.METHODS
    | files.METHODS
    | people.METHODS
    | reactions.METHODS
    | streams.METHODS
    | views.METHODS
)
