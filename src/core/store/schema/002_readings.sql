-- Values of meters, and statistics of the terminal itself, which count traffic and resets from now on.
DELETE FROM fact WHERE name IN (
    'traffic.day', 'traffic.day.of', 'traffic.month', 'traffic.month.of', 'resets.day', 'resets.day.of'
);

CREATE TABLE history (
    point    INTEGER NOT NULL CHECK (point BETWEEN 0 AND 2040),
    ordinal  INTEGER NOT NULL CHECK (ordinal BETWEEN 0 AND 255),  -- within its point
    address  TEXT    NOT NULL,
    protocol INTEGER NOT NULL,
    PRIMARY KEY (point, ordinal),
    UNIQUE (point, address, protocol)
);  -- its rowid tells which began first

-- One row holds all quantities of one slot. Its key counts up by point, kind, time, history, so that a ring is
-- one stretch of the table: core.store.slots.
CREATE TABLE slot (
    key  INTEGER PRIMARY KEY,
    body BLOB NOT NULL  -- core.store.packing
);

CREATE TABLE statistic (
    kind  INTEGER NOT NULL,
    stamp INTEGER NOT NULL,  -- minutes since 2000
    name  TEXT    NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (kind, stamp, name)
) WITHOUT ROWID;
