-- The whole store, to be read first. Migrations produce exactly this (tests/store/test_schema.py).
--
-- Instants are UTC texts with seconds (2026-12-01T03:00:00Z), dates are texts (2026-12-31);
-- both sort as they read. Money is whole VND. A column whose name ends in _key holds the text
-- beside it folded (Unicode NFC, case folded), because SQLite itself folds only ASCII.

-- A customer: a lead, a contact or an account (kind). Everything that isn't set is NULL.
CREATE TABLE customers (
    id INTEGER PRIMARY KEY,
    pid TEXT NOT NULL,                  -- the customer's code, as first written
    pid_key TEXT NOT NULL UNIQUE,
    automatic_pid INTEGER NOT NULL DEFAULT 0,  -- AUTO-1, …
    kind TEXT NOT NULL CHECK (kind IN ('lead', 'contact', 'account')),
    type TEXT NOT NULL CHECK (type IN ('individual', 'business')),
    name TEXT, name_key TEXT,
    phone TEXT,                         -- 0912345678
    phone_kind TEXT CHECK (phone_kind IN ('mobile', 'suspect', 'landline', 'hotline')),
    phone_2 TEXT,
    email TEXT, email_key TEXT,
    birthday TEXT,                      -- 1990-05-03, --05-03 without the year, 1990 alone
    lunar_birthday TEXT,
    gender TEXT CHECK (gender IN ('male', 'female')),
    address TEXT, address_key TEXT,
    province TEXT, province_key TEXT,
    status TEXT, status_key TEXT,
    source TEXT, source_key TEXT,
    industry TEXT, industry_key TEXT,
    channel TEXT, channel_key TEXT,
    assignee TEXT, assignee_key TEXT,   -- a staff id of cskh.yaml
    company TEXT, company_key TEXT,
    account_id INTEGER REFERENCES customers(id),
    note TEXT, note_key TEXT,
    revenue INTEGER NOT NULL DEFAULT 0,
    order_count INTEGER NOT NULL DEFAULT 0,
    last_order_at TEXT,
    last_contacted_at TEXT,
    next_appointment_at TEXT,
    pinned INTEGER NOT NULL DEFAULT 0,
    fields TEXT NOT NULL DEFAULT '{}',  -- custom fields by name
    fields_key TEXT NOT NULL DEFAULT '{}',  -- their texts, folded
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    -- For the birthday rule, which runs every day and matches one in 365.
    birthday_md TEXT GENERATED ALWAYS AS (
        CASE WHEN length(birthday) >= 7 THEN substr(birthday, -5) END
    ) VIRTUAL
) STRICT;
CREATE INDEX customers_phone ON customers(phone) WHERE phone IS NOT NULL;
CREATE INDEX customers_email ON customers(email_key) WHERE email_key IS NOT NULL;
CREATE INDEX customers_birthday ON customers(birthday_md) WHERE birthday_md IS NOT NULL;
-- An account is looked for by its company, whichever of the two names says it.
CREATE INDEX customers_companies ON customers(company_key) WHERE kind = 'account';
CREATE INDEX customers_accounts ON customers(name_key) WHERE kind = 'account';

-- The tags of a customer; key is the folded tag.
CREATE TABLE tags (
    customer_id INTEGER NOT NULL REFERENCES customers(id),
    key TEXT NOT NULL,
    tag TEXT NOT NULL,
    PRIMARY KEY (customer_id, key)
) STRICT, WITHOUT ROWID;

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
-- What is asked every minute: whose deadline comes.
CREATE INDEX tickets_open ON tickets(sla) WHERE status IN ('open', 'responded');

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

-- A customer on the call list of a telesales campaign of cskh.yaml.
CREATE TABLE telesales (
    campaign TEXT NOT NULL,             -- an id of cskh.yaml's telesales
    customer_id INTEGER NOT NULL REFERENCES customers(id),
    agent TEXT,                         -- a staff id; NULL until the list is distributed
    status TEXT NOT NULL DEFAULT 'waiting'
        CHECK (status IN ('waiting', 'distributed', 'called')),
    result TEXT CHECK (result IN ('answered', 'no_answer', 'callback', 'refused', 'bought')),
    note TEXT,
    added_at TEXT NOT NULL,
    distributed_at TEXT,
    called_at TEXT,
    PRIMARY KEY (campaign, customer_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX telesales_customer ON telesales(customer_id);

-- What a customer bought, or is about to.
CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL,                 -- as first written
    code_key TEXT NOT NULL UNIQUE,
    customer_id INTEGER NOT NULL REFERENCES customers(id),
    status TEXT NOT NULL,               -- any word; cancelled and returned don't count
    amount INTEGER NOT NULL DEFAULT 0,
    ordered_at TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX orders_customer ON orders(customer_id);

-- Who of a group was given work last; the next one in the group's order comes after.
CREATE TABLE turns (
    "group" TEXT PRIMARY KEY,
    last TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A reminder of a ticket's deadline that was written, once each.
CREATE TABLE reminders (
    ticket_id INTEGER NOT NULL REFERENCES tickets(id),
    kind TEXT NOT NULL CHECK (kind IN ('respond_before', 'respond_after',
                                       'resolve_before', 'resolve_after')),
    at TEXT NOT NULL,
    PRIMARY KEY (ticket_id, kind)
) STRICT, WITHOUT ROWID;

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
CREATE INDEX changes_object ON changes(object_id, id);
CREATE INDEX changes_event ON changes(event_id, field) WHERE event_id IS NOT NULL;

-- One import of a file, and what became of its rows: rows = created + updated + unchanged + rejected.
CREATE TABLE imports (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    file TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    actor TEXT,
    at TEXT NOT NULL,
    rows INTEGER NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    rejected INTEGER NOT NULL
) STRICT;

-- A workflow that a run has seen enabled; one that comes back after being disabled is new again.
-- `event_id` is the last event that it has dealt with.
CREATE TABLE seen (
    workflow TEXT PRIMARY KEY,
    since TEXT NOT NULL,
    event_id INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- One workflow on one occasion: what it did, or why its plan was refused.
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    workflow TEXT NOT NULL,
    occasion TEXT NOT NULL,
    digest TEXT NOT NULL,               -- of the plan, as dry-run prints it
    outcome TEXT NOT NULL CHECK (outcome IN ('done', 'refused')),
    matched INTEGER NOT NULL,
    acted INTEGER NOT NULL,
    at TEXT NOT NULL
) STRICT;
-- An occasion is done once; it may have been refused before.
CREATE UNIQUE INDEX runs_done ON runs(workflow, occasion) WHERE outcome = 'done';

-- One workflow that did something for one object on one occasion.
CREATE TABLE executions (
    workflow TEXT NOT NULL,
    object_id INTEGER NOT NULL,         -- of the kind that the workflow is about
    occasion TEXT NOT NULL,
    run_id INTEGER NOT NULL REFERENCES runs(id),
    at TEXT NOT NULL,                   -- when it was due: repetitions are counted from there
    PRIMARY KEY (workflow, object_id, occasion)
) STRICT, WITHOUT ROWID;

-- Something other than a message that an action did not do for a customer, and why.
CREATE TABLE skips (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES runs(id),
    customer_id INTEGER NOT NULL REFERENCES customers(id),
    action INTEGER NOT NULL,            -- its place in the workflow, from 0
    reason TEXT NOT NULL
) STRICT;

-- The messages to send, one row each. The key makes a second one for the same occasion impossible.
-- queued → claimed → sending → accepted → delivered; or failed, unknown, skipped, cancelled.
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
    resend_until TEXT,                  -- it may have arrived: not sent again after this
    leave_by TEXT,                      -- an answer in a conversation: the vendor takes none later
    UNIQUE (workflow, occasion, object_id, action, recipient)
) STRICT;
-- What deliver asks for: the next messages of a provider, workflow by workflow, which take turns.
-- The state is there so that they are counted without a look at the table.
CREATE INDEX outbox_queued ON outbox(channel, provider, workflow, state, due_at)
    WHERE state = 'queued';
-- What a provider has yet to be asked about: most messages are of those who can't be asked.
CREATE INDEX outbox_to_ask ON outbox(provider, state, ask_at) WHERE ask_at IS NOT NULL;
-- What is in some process's hands: a few rows.
CREATE INDEX outbox_held ON outbox(claimed_by) WHERE claimed_by IS NOT NULL;
-- A campaign's messages, and which of them are yet to be settled.
CREATE INDEX outbox_campaign ON outbox(campaign, state) WHERE campaign IS NOT NULL;
-- What a cap counts: the messages that a phone was sent lately.
CREATE INDEX outbox_sent ON outbox(recipient, sent_at) WHERE sent_at IS NOT NULL;

-- A named, imported set of customers; key is the folded name.
CREATE TABLE lists (
    key TEXT PRIMARY KEY,
    name TEXT NOT NULL,                 -- as first written
    created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A customer on a list, and the import that put him there.
CREATE TABLE list_members (
    list TEXT NOT NULL REFERENCES lists(key),
    customer_id INTEGER NOT NULL REFERENCES customers(id),
    import_id INTEGER NOT NULL REFERENCES imports(id),
    added_at TEXT NOT NULL,
    PRIMARY KEY (list, customer_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX list_members_customer ON list_members(customer_id);

-- An SMS campaign since it was submitted: where it stands, and what exactly was submitted.
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
    at TEXT NOT NULL,                   -- of the last move
    recipients INTEGER NOT NULL DEFAULT 0  -- how many were frozen
) STRICT, WITHOUT ROWID;

-- Whom a campaign goes to, as frozen: a number once.
CREATE TABLE recipients (
    campaign TEXT NOT NULL REFERENCES campaigns(id),
    customer_id INTEGER NOT NULL REFERENCES customers(id),
    pid TEXT NOT NULL,
    phone TEXT NOT NULL,
    PRIMARY KEY (campaign, customer_id),
    UNIQUE (campaign, phone)
) STRICT, WITHOUT ROWID;

-- Every move of a campaign; append only. The tool's own are those of the actor cskh.
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
CREATE INDEX moves_campaign ON moves(campaign, id);

-- What somebody on the staff is told, once about each thing.
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
CREATE INDEX notifications_unread ON notifications("to") WHERE read_at IS NULL;

-- A message that a customer does not want: NULL stands for every channel, for every purpose.
CREATE TABLE opt_outs (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers(id),
    channel TEXT,
    purpose TEXT,
    source TEXT,
    actor TEXT,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX opt_outs_customer ON opt_outs(customer_id);

-- What a customer agreed to, and how that is known (Decree 91/2020/ND-CP, article 13).
CREATE TABLE consents (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers(id),
    channel TEXT NOT NULL,
    purpose TEXT NOT NULL,
    source TEXT NOT NULL,
    actor TEXT,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX consents_customer ON consents(customer_id);

-- A phone on a do-not-call list, whosever it is: it gets no message at all.
CREATE TABLE do_not_contact (
    phone TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The tokens of a Zalo app: a refresh token works once, and each answer brings the next one.
-- `seed` is a fingerprint of the one in the settings; another one there begins anew.
CREATE TABLE tokens (
    app TEXT PRIMARY KEY,
    seed TEXT NOT NULL,
    refresh_token TEXT NOT NULL,
    access_token TEXT,
    expires_at TEXT,
    spent INTEGER NOT NULL DEFAULT 0,   -- how often it was sent, and the next one never came
    at TEXT NOT NULL                    -- when they were kept
) STRICT, WITHOUT ROWID;

-- What a provider's rate still allows, for all processes together.
CREATE TABLE buckets (
    provider TEXT PRIMARY KEY,
    tokens REAL NOT NULL,
    at REAL NOT NULL                    -- real time, seconds since 1970
) STRICT, WITHOUT ROWID;

-- What people did about a message, a provider, a refusal; append only.
CREATE TABLE decisions (
    id INTEGER PRIMARY KEY,
    about TEXT NOT NULL,                -- message:17, channel:sms, customer:3, phone:0912345678
    what TEXT NOT NULL,                 -- sent, failed, retry, cancel, use, opt-in, call-again, …
    old TEXT,
    new TEXT,
    actor TEXT,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX decisions_about ON decisions(about);

-- What counts towards that a provider fails as a whole, over all deliveries.
CREATE TABLE failures (
    provider TEXT PRIMARY KEY,
    n INTEGER NOT NULL                  -- in a row, 0 since it last took something
) STRICT, WITHOUT ROWID;

-- A provider that failed as a whole, or one of its pages; messages wait until a try succeeds.
CREATE TABLE stops (
    provider TEXT PRIMARY KEY,          -- or provider/page
    why TEXT NOT NULL,
    since TEXT NOT NULL,
    until TEXT                          -- not tried before this
) STRICT, WITHOUT ROWID;
