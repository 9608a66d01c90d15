-- The runs that took longest. [experiment=NAME] [top=10]
SELECT run, experiment, label, seed, round(seconds, 1) AS seconds, round(train_seconds, 1) AS train_seconds,
       epoch, parameters
FROM v_run
WHERE state = 'done' AND seconds IS NOT NULL AND (:experiment IS NULL OR experiment = :experiment)
ORDER BY v_run.seconds DESC, run
LIMIT coalesce(:top, 10);
