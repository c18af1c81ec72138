-- SMS campaigns with their moves and recipients, and what staff is told.

ALTER TABLE outbox RENAME TO outbox_before;
DROP INDEX outbox_queued;
DROP INDEX outbox_to_ask;
DROP INDEX outbox_held;
DROP INDEX outbox_sent;
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    workflow TEXT NOT NULL,             -- or campaign:ID, sla, notice: what it comes from
    occasion TEXT NOT NULL,
    run_id INTEGER REFERENCES runs(id),
    object_id INTEGER NOT NULL,         -- of the kind that the workflow is about
    customer_id INTEGER REFERENCES customers(id),  -- NULL: staff is told of a campaign
    pid TEXT,                           -- reports outlive a change of the customer's code
    action INTEGER NOT NULL,            -- its place in the workflow, from 0
    channel TEXT NOT NULL CHECK (channel IN ('sms', 'email', 'zns', 'zalo', 'facebook')),
    provider TEXT,                      -- NULL: the channel had no active one
    purpose TEXT NOT NULL CHECK (purpose IN ('care', 'advertising')),
    recipient TEXT NOT NULL,            -- empty when the customer has none and was skipped
    to_staff TEXT,
    page TEXT,                          -- the fanpage or OA that it goes from
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
    asked_at TEXT,                      -- when the provider was last asked what became of it
    error TEXT,
    created_at TEXT NOT NULL,
    sent_at TEXT,
    delivered_at TEXT,
    ask_at TEXT,                        -- when it is to be asked next, NULL for never
    campaign TEXT GENERATED ALWAYS AS (
        CASE WHEN substr(workflow, 1, 9) = 'campaign:' THEN substr(workflow, 10) END
    ) VIRTUAL,
    UNIQUE (workflow, occasion, object_id, action, recipient)
) STRICT;
INSERT INTO outbox (id, workflow, occasion, run_id, object_id, customer_id, pid, action, channel, provider, purpose, recipient, to_staff, page, subject, content, data, parts, price, state, skip_reason, send_at, due_at, attempts, claimed_by, claimed_until, provider_id, asked_at, error, created_at, sent_at, delivered_at, ask_at)
SELECT id, workflow, occasion, run_id, object_id, customer_id, pid, action, channel, provider, purpose, recipient, to_staff, page, subject, content, data, parts, price, state, skip_reason, send_at, due_at, attempts, claimed_by, claimed_until, provider_id, asked_at, error, created_at, sent_at, delivered_at, ask_at FROM outbox_before;
DROP TABLE outbox_before;
CREATE INDEX outbox_queued ON outbox(channel, provider, workflow, state, due_at)
    WHERE state = 'queued';
CREATE INDEX outbox_to_ask ON outbox(provider, state, ask_at) WHERE ask_at IS NOT NULL;
CREATE INDEX outbox_held ON outbox(claimed_by) WHERE claimed_by IS NOT NULL;
CREATE INDEX outbox_campaign ON outbox(campaign, state) WHERE campaign IS NOT NULL;
CREATE INDEX outbox_sent ON outbox(recipient, sent_at) WHERE sent_at IS NOT NULL;
CREATE TABLE campaigns (
    id TEXT PRIMARY KEY,                -- its file's stem
    name TEXT NOT NULL,
    created_by TEXT NOT NULL,           -- a staff id of cskh.yaml
    state TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'rejected', 'paused', 'sending',
                                         'sent', 'deleted')),
    send_at TEXT,                       -- NULL: as soon as it is approved
    digest TEXT NOT NULL,               -- of frozen and the recipients
    frozen TEXT NOT NULL CHECK (json_valid(frozen)),  -- what the file and its template said
    left_out TEXT NOT NULL CHECK (json_valid(left_out)),  -- how many were, by reason
    accepted INTEGER NOT NULL DEFAULT 0,  -- its limits were lifted by somebody
    at TEXT NOT NULL                    -- of the last move
) STRICT, WITHOUT ROWID;
CREATE TABLE recipients (
    campaign TEXT NOT NULL REFERENCES campaigns(id),
    customer_id INTEGER NOT NULL REFERENCES customers(id),
    pid TEXT NOT NULL,
    phone TEXT NOT NULL,
    PRIMARY KEY (campaign, customer_id),
    UNIQUE (campaign, phone)
) STRICT, WITHOUT ROWID;
CREATE TABLE moves (
    id INTEGER PRIMARY KEY,
    campaign TEXT NOT NULL REFERENCES campaigns(id),
    move TEXT NOT NULL,
    "from" TEXT,
    "to" TEXT NOT NULL,
    actor TEXT NOT NULL,
    at TEXT NOT NULL,
    note TEXT,
    digest TEXT NOT NULL,
    signature TEXT
) STRICT;
CREATE TABLE notifications (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    about TEXT NOT NULL,                -- move:17, stop:vietguys@2026-12-01T03:00:00Z
    campaign TEXT,
    "to" TEXT NOT NULL,                 -- a staff id of cskh.yaml
    text TEXT NOT NULL,
    created_at TEXT NOT NULL,
    read_at TEXT,
    UNIQUE (about, kind, "to")
) STRICT;
CREATE INDEX moves_campaign ON moves(campaign, id);
CREATE INDEX notifications_unread ON notifications("to") WHERE read_at IS NULL;
