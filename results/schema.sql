-- The database of seqlab. One file holds many experiments; every view below works in the bare sqlite3 shell.
--
-- experiment --- factor                what varies, in the file's order
--     |
-- experiment_run --- run --- variant --- param      a run is a variant with a seed and a code identity
-- planned_run       |                                what the experiment's plan has, whether or not a run is there
--                     |
--                     +--- point, result, example, attention, artifact, fact, run_plugin, event, tag, note
--
-- Times are UTC texts 'YYYY-MM-DD HH:MM:SS.SSS', durations are seconds. A NULL in a column `value` of point or result is a
-- NaN (SQLite keeps none); infinities are kept.

PRAGMA application_id = 1936813154;   -- 'sqlb'
PRAGMA user_version = 4;           -- results/migrations leads older files here

-- What an experiment file asked when it was last run.
CREATE TABLE experiment (
  id       INTEGER PRIMARY KEY,
  name     TEXT NOT NULL UNIQUE,
  file     TEXT NOT NULL,                               -- absolute path
  text     TEXT NOT NULL,                               -- the file as it was read
  task     TEXT NOT NULL,
  metric   TEXT NOT NULL,                               -- what comparisons rank by
  maximize INTEGER NOT NULL CHECK (maximize IN (0, 1)),
  wide     TEXT UNIQUE,                                 -- name of its wide view
  created  TEXT NOT NULL,
  updated  TEXT NOT NULL
) STRICT;

CREATE TABLE factor (
  experiment INTEGER NOT NULL REFERENCES experiment ON DELETE CASCADE,
  position   INTEGER NOT NULL,
  key        TEXT NOT NULL,                             -- 'parts.attention', 'train.batch'
  PRIMARY KEY (experiment, position)
) STRICT, WITHOUT ROWID;

-- A resolved configuration without its seed: the unit of comparison.
CREATE TABLE variant (
  id       INTEGER PRIMARY KEY,
  hash     TEXT NOT NULL UNIQUE,                        -- SHA-256 of `settings`
  settings TEXT NOT NULL                                -- canonical JSON: keys sorted, values typed
) STRICT;

-- The settings once more, one row each, to be asked for by name.
CREATE TABLE param (
  variant INTEGER NOT NULL REFERENCES variant ON DELETE CASCADE,
  key     TEXT NOT NULL,
  type    TEXT NOT NULL CHECK (type IN ('boolean', 'integer', 'real', 'text', 'texts')),
  value   ANY NOT NULL,                                 -- boolean: 'true' or 'false'; texts: a JSON array
  PRIMARY KEY (variant, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX param_by_value ON param (key, value);

-- Where runs happened: compiler, CPU, instruction set, library versions, git commit. Equal ones are stored once.
CREATE TABLE environment (
  id   INTEGER PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE environment_value (
  environment INTEGER NOT NULL REFERENCES environment ON DELETE CASCADE,
  key         TEXT NOT NULL,
  value       TEXT NOT NULL,
  PRIMARY KEY (environment, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE run (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,      -- an id is never used again
  variant       INTEGER NOT NULL REFERENCES variant,
  seed          INTEGER NOT NULL,
  code          TEXT NOT NULL,                          -- identity of the plugin files used and the framework's version
  state         TEXT NOT NULL DEFAULT 'queued'
                CHECK (state IN ('queued', 'running', 'done', 'failed', 'timeout', 'interrupted', 'lost')),
  reason        TEXT NOT NULL DEFAULT '',               -- why it is failed, timeout, interrupted or lost
  uuid          TEXT NOT NULL UNIQUE,                   -- the same run in another database
  experiment    INTEGER REFERENCES experiment ON DELETE SET NULL,   -- the one that first asked for it
  environment   INTEGER REFERENCES environment,
  created       TEXT NOT NULL,
  started       TEXT,
  finished      TEXT,
  seconds       REAL,                                   -- wall time
  train_seconds REAL,                                   -- of it in training
  parameters    INTEGER,                                -- trainable numbers of the model
  log_file      TEXT NOT NULL DEFAULT '',
  host          TEXT,                                   -- of the process that works on it or did last
  boot          TEXT,                                   -- boot id of the host at that time
  pid           INTEGER,
  pid_start     INTEGER,                                -- clock ticks after boot: a later process may get the pid
  owner         INTEGER,                                -- pid of the scheduler
  owner_start   INTEGER,
  claim         TEXT,                                   -- a token of whoever works on it
  file          TEXT NOT NULL DEFAULT '',               -- of the experiment that asked for it last; '': not known
  UNIQUE (variant, seed, code)
) STRICT;
CREATE INDEX run_by_state ON run (state);

-- Which runs an experiment shows: for each cell (the values of its factors) and seed the latest one asked for.
-- A run may belong to several experiments.
CREATE TABLE experiment_run (
  experiment INTEGER NOT NULL REFERENCES experiment ON DELETE CASCADE,
  cell       TEXT NOT NULL,                             -- JSON array: values of the factors; null: does not apply
  seed       INTEGER NOT NULL,
  run        INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  position   INTEGER NOT NULL,                          -- in the plan
  label      TEXT NOT NULL,                             -- 'additive/lstm'
  PRIMARY KEY (experiment, cell, seed)
) STRICT, WITHOUT ROWID;
CREATE INDEX experiment_run_by_run ON experiment_run (run);

-- The plan of an experiment as it was last run, whole: also what --only left out, and what has lost its run since.
CREATE TABLE planned_run (
  experiment INTEGER NOT NULL REFERENCES experiment ON DELETE CASCADE,
  cell       TEXT NOT NULL,
  seed       INTEGER NOT NULL,
  position   INTEGER NOT NULL,
  label      TEXT NOT NULL,
  reason     TEXT NOT NULL DEFAULT '',                  -- why the run that it had is shown no more: '#3 was removed'
  PRIMARY KEY (experiment, cell, seed)
) STRICT, WITHOUT ROWID;

-- What a run said of itself when it started: sizes of its data and model.
CREATE TABLE fact (
  run   INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  key   TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (run, key)
) STRICT, WITHOUT ROWID;

-- Where a run is, or was when it ended.
CREATE TABLE progress (
  run      INTEGER PRIMARY KEY REFERENCES run ON DELETE CASCADE,
  epoch    INTEGER NOT NULL,
  epochs   INTEGER NOT NULL,                            -- at most
  step     INTEGER NOT NULL,
  fraction REAL NOT NULL,                               -- of the whole run, 0..1
  loss     REAL,
  time     TEXT NOT NULL
) STRICT;

CREATE TABLE metric (
  id        INTEGER PRIMARY KEY,
  name      TEXT NOT NULL UNIQUE,                       -- 'valid/exact'
  direction TEXT CHECK (direction IN ('min', 'max'))    -- which end is better; NULL: not known
) STRICT;

CREATE TABLE point (
  run    INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  metric INTEGER NOT NULL REFERENCES metric,
  step   INTEGER NOT NULL,
  epoch  INTEGER NOT NULL,                              -- thousandths of an epoch (v_curve has epochs): a third of the size
  value  REAL,
  PRIMARY KEY (run, metric, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE result (
  run    INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  metric INTEGER NOT NULL REFERENCES metric,
  which  TEXT NOT NULL CHECK (which IN ('best', 'last')),   -- epoch chosen by the experiment's metric, or the last one
  epoch  INTEGER NOT NULL,
  value  REAL,
  PRIMARY KEY (run, metric, which)
) STRICT, WITHOUT ROWID;
CREATE INDEX result_by_metric ON result (metric, which);

CREATE TABLE example (
  run        INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  split      TEXT NOT NULL,
  number     INTEGER NOT NULL,                          -- of the example in its split, from 0
  source     TEXT NOT NULL,
  prediction TEXT NOT NULL,
  reference  TEXT NOT NULL,
  score      REAL,
  PRIMARY KEY (run, split, number)
) STRICT, WITHOUT ROWID;

-- What a model looked at while it made the prediction of an example: row-major 32-bit floats [target_length, source_length]
-- of one head, and the tokens as JSON lists.
CREATE TABLE attention (
  run           INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  split         TEXT NOT NULL,
  number        INTEGER NOT NULL,
  part          TEXT NOT NULL,
  head          INTEGER NOT NULL,
  target_length INTEGER NOT NULL,
  source_length INTEGER NOT NULL,
  weights       BLOB NOT NULL,
  source_tokens TEXT NOT NULL DEFAULT '[]',
  target_tokens TEXT NOT NULL DEFAULT '[]',
  PRIMARY KEY (run, split, number, part, head)
) STRICT;

-- One content of a plugin file.
CREATE TABLE plugin (
  id   INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  hash TEXT NOT NULL,
  path TEXT NOT NULL,                                   -- where it was last seen
  UNIQUE (kind, name, hash)
) STRICT;
CREATE TABLE run_plugin (
  run    INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  plugin INTEGER NOT NULL REFERENCES plugin,
  PRIMARY KEY (run, plugin)
) STRICT, WITHOUT ROWID;

-- Files that a run left: checkpoints, tables.
CREATE TABLE artifact (
  run  INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  name TEXT NOT NULL,
  path TEXT NOT NULL,
  hash TEXT,
  size INTEGER,
  PRIMARY KEY (run, name)
) STRICT;

-- What happened to a run, in order: registered, started, done, failed, lost ...
CREATE TABLE event (
  id   INTEGER PRIMARY KEY,
  run  INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
  time TEXT NOT NULL,
  kind TEXT NOT NULL,
  text TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX event_by_run ON event (run);

-- What people say of runs.
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

-- 0.975 quantiles of Student's t: the half-width of a 95 % interval in standard errors. Between two rows the smaller
-- degrees of freedom are taken, so an interval is never too narrow.
CREATE TABLE student_t (
  df       INTEGER PRIMARY KEY,
  quantile REAL NOT NULL
) STRICT;
INSERT INTO student_t (df, quantile) VALUES
  (1, 12.706204736174694), (2, 4.302652729749462), (3, 3.1824463052837086), (4, 2.7764451051977934),
  (5, 2.5705818356363146), (6, 2.4469118511449794), (7, 2.364624251592785), (8, 2.3060041352041662),
  (9, 2.262157162798205), (10, 2.2281388519862744), (11, 2.2009851600916392), (12, 2.1788128296672284),
  (13, 2.160368656462792), (14, 2.1447866879178035), (15, 2.131449545559775), (16, 2.119905299221254),
  (17, 2.1098155778333165), (18, 2.1009220402410382), (19, 2.093024054408309), (20, 2.0859634472658644),
  (21, 2.07961384472768), (22, 2.073873067904026), (23, 2.068657610419048), (24, 2.0638985616280254),
  (25, 2.0595385527532972), (26, 2.0555294386428726), (27, 2.051830516480285), (28, 2.0484071417952445),
  (29, 2.045229642132704), (30, 2.0422724563012378), (31, 2.039513446396408), (32, 2.0369333434601016),
  (33, 2.0345152974493383), (34, 2.0322445093177186), (35, 2.030107928250343), (36, 2.0280940009804507),
  (37, 2.0261924630291093), (38, 2.0243941639119694), (39, 2.022690920036761), (40, 2.021075390306273),
  (41, 2.019540970441376), (42, 2.0180817028184443), (43, 2.016692199227824), (44, 2.0153675744437636),
  (45, 2.014103388880846), (46, 2.0128955989194286), (47, 2.0117405137297655), (48, 2.010634757624232),
  (49, 2.0095752371292392), (50, 2.0085591121007607), (51, 2.0075837703158355), (52, 2.006646805061688),
  (53, 2.0057459953178687), (54, 2.004879288188057), (55, 2.0040447832891455), (56, 2.003240718847872),
  (57, 2.002465459291007), (58, 2.0017174841452356), (59, 2.0009953780882674), (60, 2.00029782201426),
  (61, 1.9996235849949393), (62, 1.9989715170333786), (63, 1.9983405425207412), (64, 1.9977296543176926),
  (65, 1.9971379083920038), (66, 1.9965644189523115), (67, 1.9960083540252962), (68, 1.9954689314298435),
  (69, 1.9949454151072377), (70, 1.994437111771186), (71, 1.9939433678456253), (72, 1.993463566661872),
  (73, 1.9929971258898547), (74, 1.9925434951809322), (75, 1.9921021540022417), (76, 1.9916726096446642),
  (77, 1.9912543953883846), (78, 1.9908470688116906), (79, 1.9904502102301285), (80, 1.9900634212544457),
  (81, 1.9896863234569024), (82, 1.9893185571365721), (83, 1.9889597801751624), (84, 1.9886096669757087),
  (85, 1.9882679074772216), (86, 1.9879342062390202), (87, 1.9876082815890708), (88, 1.9872898648311692),
  (89, 1.986978699506281), (90, 1.986674540703768), (91, 1.9863771544186177), (92, 1.98608631695113),
  (93, 1.985801814345823), (94, 1.985523441866604), (95, 1.9852510035054978), (96, 1.984984311522457),
  (97, 1.9847231860139842), (98, 1.9844674545084815), (99, 1.9842169515864172), (100, 1.9839715185235518),
  (120, 1.9799304050824404), (150, 1.9759053308966201), (200, 1.971896223633909), (300, 1.9679030112610867),
  (500, 1.9647198374673673), (1000, 1.962339080826408), (1000000000, 1.959963986912325);

-- Every run once for each experiment that shows it, and once with NULLs where none does.
CREATE VIEW v_run AS
SELECT run.id AS run, experiment.name AS experiment, link.label, run.seed, run.state, run.reason,
       run.started, run.finished, run.seconds, run.train_seconds, run.parameters,
       progress.epoch, progress.epochs, progress.fraction, run.host, run.log_file, run.code, run.variant
FROM run
LEFT JOIN experiment_run AS link ON link.run = run.id
LEFT JOIN experiment ON experiment.id = link.experiment
LEFT JOIN progress ON progress.run = run.id;

-- Final values of the runs that are done.
CREATE VIEW v_result AS
SELECT experiment.name AS experiment, link.label, run.seed, run.id AS run, metric.name AS metric, metric.direction,
       result.which, result.epoch, result.value
FROM experiment
JOIN experiment_run AS link ON link.experiment = experiment.id
JOIN run ON run.id = link.run AND run.state = 'done'
JOIN result ON result.run = run.id
JOIN metric ON metric.id = result.metric;

-- Mean, sample standard deviation and 95 % Student interval over the seeds of every cell. A NaN among the values makes mean,
-- sd and interval NULL; one seed has a mean alone.
CREATE VIEW v_compare AS
WITH cell_value AS (
  SELECT link.experiment, link.cell, link.position, link.label, result.metric, result.which, result.value
  FROM experiment_run AS link
  JOIN run ON run.id = link.run AND run.state = 'done'
  JOIN result ON result.run = run.id
), cell_mean AS (
  SELECT experiment, cell, metric, which, min(position) AS position, min(label) AS label, count(*) AS n,
         CASE WHEN count(*) = count(value) THEN avg(value) END AS mean
  FROM cell_value GROUP BY experiment, cell, metric, which
), cell_spread AS (
  SELECT m.*, CASE WHEN m.n > 1 THEN sqrt(sum((v.value - m.mean) * (v.value - m.mean)) / (m.n - 1)) END AS sd
  FROM cell_mean AS m
  JOIN cell_value AS v USING (experiment, cell, metric, which)
  GROUP BY m.experiment, m.cell, m.metric, m.which
), cell_interval AS (
  SELECT s.*, (SELECT quantile FROM student_t WHERE df <= s.n - 1 ORDER BY df DESC LIMIT 1) * s.sd / sqrt(s.n) AS half_width
  FROM cell_spread AS s
)
SELECT experiment.name AS experiment, i.label, metric.name AS metric, metric.direction, i.which, i.n, i.mean, i.sd,
       i.mean - i.half_width AS low, i.mean + i.half_width AS high, i.position, i.cell
FROM cell_interval AS i
JOIN experiment ON experiment.id = i.experiment
JOIN metric ON metric.id = i.metric;

-- How far every experiment is. `missing`: planned, but without a run. `seconds_left` assumes that the remaining runs take as long as the finished ones on average
-- and that as many run at once as do now (at least one).
CREATE VIEW v_progress AS
WITH place AS (
  SELECT experiment, cell, seed FROM experiment_run UNION SELECT experiment, cell, seed FROM planned_run
), state_count AS (
  SELECT place.experiment, count(*) AS runs, sum(run.id IS NULL) AS missing,
         sum(run.state = 'queued') AS queued, sum(run.state = 'running') AS running, sum(run.state = 'done') AS done,
         sum(run.state = 'failed') AS failed, sum(run.state = 'timeout') AS timeout,
         sum(run.state = 'interrupted') AS interrupted, sum(run.state = 'lost') AS lost,
         avg(CASE WHEN run.state = 'done' THEN run.seconds END) AS mean_seconds,
         total(CASE run.state
                WHEN 'queued' THEN 1.0
                WHEN 'running' THEN 1.0 - coalesce(min(max(progress.fraction, 0.0), 1.0), 0.0) END) AS work_left
  FROM place
  LEFT JOIN experiment_run AS link USING (experiment, cell, seed)
  LEFT JOIN run ON run.id = link.run
  LEFT JOIN progress ON progress.run = run.id
  GROUP BY place.experiment
)
SELECT experiment.name AS experiment, runs, coalesce(done, 0) AS done, coalesce(running, 0) AS running,
       coalesce(queued, 0) AS queued, coalesce(failed, 0) AS failed, coalesce(timeout, 0) AS timeout,
       coalesce(interrupted, 0) AS interrupted, coalesce(lost, 0) AS lost, missing, mean_seconds,
       mean_seconds * work_left / max(coalesce(running, 0), 1) AS seconds_left, experiment.updated
FROM state_count JOIN experiment ON experiment.id = state_count.experiment;

-- Learning curves.
CREATE VIEW v_curve AS
SELECT point.run, run.seed, metric.name AS metric, point.step, point.epoch / 1000.0 AS epoch, point.value
FROM point
JOIN metric ON metric.id = point.metric
JOIN run ON run.id = point.run;
