-- Program slots, the candidate, upgrades that ended, the mode, and the partial file of one terminal.
CREATE TABLE image (
    id INTEGER PRIMARY KEY  -- a package as it came
);

CREATE TABLE image_piece (
    id    INTEGER PRIMARY KEY,  -- counts up in the order of the file
    image INTEGER NOT NULL REFERENCES image (id) ON DELETE CASCADE,
    raw   BLOB    NOT NULL
);
CREATE INDEX image_pieces ON image_piece (image);

CREATE TABLE slot (
    name          INTEGER NOT NULL PRIMARY KEY CHECK (name IN (0, 1)),
    state         INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3),
    boots         INTEGER NOT NULL DEFAULT 0,  -- starts on trial
    program       TEXT,                        -- NULL: from the factory, or empty
    program_date  TEXT,
    library       TEXT,
    library_date  TEXT,
    program_image INTEGER REFERENCES image (id),
    library_image INTEGER REFERENCES image (id)
);
INSERT INTO slot (name, state) VALUES (0, 1), (1, 0);

CREATE TABLE pointer (
    only      INTEGER NOT NULL PRIMARY KEY CHECK (only = 1),
    active    INTEGER NOT NULL DEFAULT 0 REFERENCES slot (name),
    candidate INTEGER REFERENCES image (id),
    file_id   INTEGER NOT NULL DEFAULT 0,
    mode      TEXT
);
INSERT INTO pointer (only) VALUES (1);

CREATE TABLE attempt (
    number  INTEGER PRIMARY KEY AUTOINCREMENT,
    at      TEXT    NOT NULL,  -- terminal time, ISO 8601
    way     INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    reason  INTEGER NOT NULL,
    before  TEXT    NOT NULL,
    after   TEXT    NOT NULL,
    note    TEXT    NOT NULL
);

CREATE TABLE partial (
    only     INTEGER NOT NULL PRIMARY KEY CHECK (only = 1),
    name     TEXT    NOT NULL,
    size     INTEGER NOT NULL,
    way      INTEGER NOT NULL,
    crc      INTEGER,
    arc      INTEGER NOT NULL,
    prefix   BLOB    NOT NULL,
    touched  TEXT    NOT NULL,
    coverage TEXT    NOT NULL  -- JSON: ranges of bytes
);

CREATE TABLE partial_piece (
    number INTEGER PRIMARY KEY,
    raw    BLOB NOT NULL
);
