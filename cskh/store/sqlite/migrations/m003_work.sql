-- Call lists, orders, whose turn it is, and reminders of deadlines.

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

-- What is asked every minute: which tickets' deadlines come.
CREATE INDEX tickets_open ON tickets(sla) WHERE status IN ('open', 'responded');

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

-- An account is looked for by its company, whichever of the two names says it.
CREATE INDEX customers_companies ON customers(company_key) WHERE kind = 'account';
CREATE INDEX customers_accounts ON customers(name_key) WHERE kind = 'account';
