-- Parameters, facts and event records of one terminal.
CREATE TABLE parameter (
    fn  INTEGER NOT NULL CHECK (fn BETWEEN 1 AND 248),  -- Fn of AFN04
    pn  INTEGER NOT NULL CHECK (pn BETWEEN 0 AND 2040),
    raw BLOB    NOT NULL,                               -- the unit as on the wire
    PRIMARY KEY (fn, pn)
) WITHOUT ROWID;

CREATE TABLE fact (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE ring (
    important INTEGER NOT NULL PRIMARY KEY CHECK (important IN (0, 1)),
    stored    INTEGER NOT NULL DEFAULT 0                -- records ever stored; modulo 256 it is EC1 or EC2
);

INSERT INTO ring (important) VALUES (0), (1);

CREATE TABLE event (
    important INTEGER NOT NULL REFERENCES ring (important),
    slot      INTEGER NOT NULL CHECK (slot BETWEEN 0 AND 255),
    number    INTEGER NOT NULL,                         -- within its ring
    serial    INTEGER NOT NULL,                         -- over both rings
    erc       INTEGER NOT NULL CHECK (erc BETWEEN 1 AND 64),
    time      TEXT    NOT NULL,                         -- terminal time, ISO 8601
    pn        INTEGER,                                  -- NULL: the terminal itself
    body      BLOB    NOT NULL,
    PRIMARY KEY (important, slot)
) WITHOUT ROWID;
