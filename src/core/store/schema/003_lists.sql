-- Records of parameters that are lists by number: meters, ports, groups, item sets.
CREATE TABLE list_record (
    fn     INTEGER NOT NULL CHECK (fn BETWEEN 1 AND 248),  -- Fn of AFN04
    number INTEGER NOT NULL CHECK (number >= 0),           -- the record's own; F38, F39: major * 256 + minor
    raw    BLOB    NOT NULL,                               -- the record as on the wire
    PRIMARY KEY (fn, number)
) WITHOUT ROWID;
