-- A provider fails as a whole after so many failures in a row, whichever deliveries they were in.

CREATE TABLE failures (
    provider TEXT PRIMARY KEY,
    n INTEGER NOT NULL                  -- in a row, 0 since it last took something
) STRICT, WITHOUT ROWID;
