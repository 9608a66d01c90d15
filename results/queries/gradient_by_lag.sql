-- How far back the loss is felt: norm of its gradient by lag, mean over the seeds, at one epoch; `relative` is to lag 0.
-- Needs train.gradient_by_lag = true. [experiment=NAME, default the newest] [epoch=N, default 0: before training]
WITH measured AS (
  SELECT experiment.name AS experiment, link.label, run.seed, point.value AS norm,
         substr(metric.name, 23, instr(substr(metric.name, 23), '/') - 1) AS layer,
         CAST(substr(metric.name, 23 + instr(substr(metric.name, 23), '/')) AS INTEGER) AS lag
  FROM metric
  JOIN point ON point.metric = metric.id
  JOIN run ON run.id = point.run
  JOIN experiment_run AS link ON link.run = run.id
  JOIN experiment ON experiment.id = link.experiment
  WHERE metric.name GLOB 'train/gradient_by_lag/*' AND point.epoch = 1000 * CAST(coalesce(:epoch, 0) AS INTEGER)
    AND experiment.name = coalesce(:experiment, (SELECT name FROM experiment ORDER BY updated DESC LIMIT 1))
), averaged AS (
  SELECT experiment, label, layer, lag, count(*) AS seeds, avg(norm) AS norm
  FROM measured GROUP BY experiment, label, layer, lag
)
SELECT label, layer, lag, seeds, norm,
       norm / first_value(norm) OVER (PARTITION BY label, layer ORDER BY lag) AS relative
FROM averaged
ORDER BY label, layer, lag;
