-- Tasks, tickets and opportunities; events, and how far each workflow has come with them.

-- A task of somebody on the staff, about a customer.
CREATE TABLE tasks (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers(id),
    content TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'done', 'cancelled')),
    priority TEXT NOT NULL DEFAULT 'normal'
        CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
    category TEXT,
    "group" TEXT,                       -- an id of cskh.yaml's groups
    assignee TEXT,                      -- a staff id of cskh.yaml
    due_at TEXT,
    done_at TEXT,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX tasks_customer ON tasks(customer_id);

-- What a customer asks for or complains about; the deadlines are those of its SLA.
CREATE TABLE tickets (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers(id),
    title TEXT NOT NULL,
    brief TEXT,
    status TEXT NOT NULL DEFAULT 'open'
        CHECK (status IN ('open', 'responded', 'resolved', 'cancelled')),
    priority TEXT NOT NULL DEFAULT 'normal'
        CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
    "group" TEXT,
    assignee TEXT,
    sla TEXT,                           -- an id of cskh.yaml's sla
    respond_by TEXT,
    resolve_by TEXT,
    responded_at TEXT,
    resolved_at TEXT,
    on_time INTEGER,                    -- NULL until it is known
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX tickets_customer ON tickets(customer_id);

-- A customer's card in a pipeline: one a pipeline.
CREATE TABLE opportunities (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers(id),
    pipeline TEXT NOT NULL,             -- an id of cskh.yaml's pipelines
    stage TEXT NOT NULL,
    amount INTEGER,
    status TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'won', 'lost')),
    stage_since TEXT NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (customer_id, pipeline)
) STRICT;

-- What workflows answer: an object was created or updated, or something happened outside.
-- Append only; each workflow remembers in `seen` how far it has come.
CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    object TEXT NOT NULL,               -- customer, task, ticket, opportunity
    object_id INTEGER NOT NULL,
    kind TEXT NOT NULL,                 -- created, updated, page_interaction, …
    data TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(data)),
    chain TEXT NOT NULL DEFAULT '[]',   -- the firings that led here: ["workflow@object:number"]
    at TEXT NOT NULL
) STRICT;
CREATE INDEX events_object ON events(object_id, object, id);

DROP INDEX changes_customer;
ALTER TABLE changes RENAME TO changes_1;
-- The change log: one row a changed field, or one with field NULL for a new object.
-- Append only. Old and new are JSON values; cause says what did it (import:3, workflow:lost-15).
CREATE TABLE changes (
    id INTEGER PRIMARY KEY,
    object TEXT NOT NULL,               -- customer, task, ticket, opportunity
    object_id INTEGER NOT NULL,
    event_id INTEGER REFERENCES events(id),  -- NULL: nothing was to answer it
    field TEXT,
    old TEXT,
    new TEXT,
    cause TEXT NOT NULL,
    actor TEXT,
    at TEXT NOT NULL
) STRICT;
INSERT INTO changes (id, object, object_id, field, old, new, cause, actor, at)
SELECT id, 'customer', customer_id, field, old, new, cause, actor, at
FROM changes_1;
DROP TABLE changes_1;
CREATE INDEX changes_object ON changes(object_id, id);
CREATE INDEX changes_event ON changes(event_id, field) WHERE event_id IS NOT NULL;

ALTER TABLE seen RENAME TO seen_1;
CREATE TABLE seen (
    workflow TEXT PRIMARY KEY,
    since TEXT NOT NULL,
    event_id INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
INSERT INTO seen (workflow, since) SELECT workflow, since FROM seen_1;
DROP TABLE seen_1;

ALTER TABLE executions RENAME TO executions_1;
-- One workflow that did something for one object on one occasion.
CREATE TABLE executions (
    workflow TEXT NOT NULL,
    object_id INTEGER NOT NULL,         -- of the kind that the workflow is about
    occasion TEXT NOT NULL,
    run_id INTEGER NOT NULL REFERENCES runs(id),
    at TEXT NOT NULL,                   -- when it was due: repetitions are counted from there
    PRIMARY KEY (workflow, object_id, occasion)
) STRICT, WITHOUT ROWID;
INSERT INTO executions (workflow, object_id, occasion, run_id, at)
SELECT workflow, customer_id, occasion, run_id, at
FROM executions_1;
DROP TABLE executions_1;

DROP INDEX outbox_queued;
DROP INDEX outbox_held;
ALTER TABLE outbox RENAME TO outbox_1;
-- The messages to send, one row each. The key makes a second one for the same occasion impossible.
-- queued → claimed → sending → accepted → delivered; or failed, unknown, skipped, cancelled.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    workflow TEXT NOT NULL,
    occasion TEXT NOT NULL,
    run_id INTEGER REFERENCES runs(id),
    object_id INTEGER NOT NULL,         -- of the kind that the workflow is about
    customer_id INTEGER NOT NULL REFERENCES customers(id),
    pid TEXT NOT NULL,                  -- reports outlive a change of the customer's code
    action INTEGER NOT NULL,            -- its place in the workflow, from 0
    channel TEXT NOT NULL CHECK (channel IN ('sms', 'email', 'zns', 'zalo', 'facebook')),
    provider TEXT,                      -- NULL: the channel had no active one
    purpose TEXT NOT NULL CHECK (purpose IN ('care', 'advertising')),
    recipient TEXT NOT NULL,            -- empty when the customer has none and was skipped
    to_staff TEXT,
    subject TEXT,
    content TEXT NOT NULL,
    data TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(data)),
    parts INTEGER NOT NULL,
    price INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'claimed', 'sending', 'accepted', 'delivered',
                                         'failed', 'unknown', 'skipped', 'cancelled')),
    skip_reason TEXT,
    send_at TEXT,                       -- when it was meant to go, NULL for at once
    due_at TEXT NOT NULL,               -- when it may go: send_at, put off by policy or a retry
    attempts INTEGER NOT NULL DEFAULT 0,
    claimed_by TEXT,                    -- host:pid:start of the process that has it
    claimed_until TEXT,                 -- real time, whatever --now says
    provider_id TEXT,
    error TEXT,
    created_at TEXT NOT NULL,
    sent_at TEXT,
    delivered_at TEXT,
    UNIQUE (workflow, occasion, object_id, action, recipient)
) STRICT;
INSERT INTO outbox (id, object_id, workflow, occasion, run_id, customer_id, pid, action, channel, provider, purpose,
    recipient, to_staff, subject, content, data, parts, price, state, skip_reason, send_at, due_at,
    attempts, claimed_by, claimed_until, provider_id, error, created_at, sent_at, delivered_at)
SELECT id, customer_id, workflow, occasion, run_id, customer_id, pid, action, channel, provider, purpose,
    recipient, to_staff, subject, content, data, parts, price, state, skip_reason, send_at, due_at,
    attempts, claimed_by, claimed_until, provider_id, error, created_at, sent_at, delivered_at
FROM outbox_1;
DROP TABLE outbox_1;
-- What deliver asks for: the next messages of a provider whose time has come.
CREATE INDEX outbox_queued ON outbox(channel, provider, due_at) WHERE state = 'queued';
-- What is in some process's hands: a few rows.
CREATE INDEX outbox_held ON outbox(claimed_by) WHERE claimed_by IS NOT NULL;

