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
