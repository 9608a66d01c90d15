-- The plan of an experiment outlives its runs; a run knows the file that asked for it.
CREATE TABLE planned_run (
  experiment INTEGER NOT NULL REFERENCES experiment ON DELETE CASCADE,
  cell       TEXT NOT NULL,
  seed       INTEGER NOT NULL,
  position   INTEGER NOT NULL,
  label      TEXT NOT NULL,
  reason     TEXT NOT NULL DEFAULT '',                  -- why the run that it had is shown no more: '#3 was removed'
  PRIMARY KEY (experiment, cell, seed)
) STRICT, WITHOUT ROWID;
INSERT INTO planned_run SELECT experiment, cell, seed, position, label, '' FROM experiment_run;

ALTER TABLE run ADD COLUMN file TEXT NOT NULL DEFAULT '';  -- of the experiment that asked for it last; '': not known
UPDATE run SET file = coalesce((SELECT file FROM experiment WHERE id = run.experiment), '');
