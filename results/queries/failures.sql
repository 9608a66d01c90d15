-- Runs that failed, ran out of time, were interrupted or lost, with the reason. [experiment=NAME]
SELECT experiment, run, label, seed, state, reason, finished, log_file
FROM v_run
WHERE state IN ('failed', 'timeout', 'interrupted', 'lost') AND (:experiment IS NULL OR experiment = :experiment)
ORDER BY experiment, run;
