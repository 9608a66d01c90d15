-- Curves keep thousandths of an epoch as integers; runs have tags and notes.
ALTER TABLE point RENAME TO point_1;
CREATE TABLE point (
  run    INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  metric INTEGER NOT NULL REFERENCES metric,
  step   INTEGER NOT NULL,
  epoch  INTEGER NOT NULL,                              -- thousandths of an epoch (v_curve has epochs): a third of the size
  value  REAL,
  PRIMARY KEY (run, metric, step)
) STRICT, WITHOUT ROWID;
INSERT INTO point SELECT run, metric, step, CAST(round(epoch * 1000) AS INTEGER), value FROM point_1 ORDER BY 1, 2, 3;
DROP TABLE point_1;

CREATE TABLE tag (
  run  INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  name TEXT NOT NULL,
  PRIMARY KEY (run, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX tag_by_name ON tag (name);
CREATE TABLE note (
  id   INTEGER PRIMARY KEY,
  run  INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  time TEXT NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE INDEX note_by_run ON note (run);
