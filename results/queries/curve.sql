-- The learning curve of a run, one row per value. [run=ID, default the newest] [metric=NAME]
SELECT run, metric, step, epoch, value
FROM v_curve
WHERE run = coalesce(:run, (SELECT max(run) FROM point)) AND (:metric IS NULL OR metric = :metric)
ORDER BY metric, step;
