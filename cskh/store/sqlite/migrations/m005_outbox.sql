-- Turns between workflows in the outbox, and when a provider is to be asked about a message.

ALTER TABLE outbox ADD COLUMN ask_at TEXT;
DROP INDEX outbox_queued;
-- What deliver asks for: the next messages of a provider, workflow by workflow.
-- The state is there so that they are counted without a look at the table.
CREATE INDEX outbox_queued ON outbox(channel, provider, workflow, state, due_at)
    WHERE state = 'queued';
-- What a provider has yet to be asked about: most messages are of those who can't be asked.
CREATE INDEX outbox_to_ask ON outbox(provider, state, ask_at) WHERE ask_at IS NOT NULL;
CREATE INDEX decisions_about ON decisions(about);
