-- Cells of an experiment whose runs are not all done: what a comparison lacks. [experiment=NAME]
SELECT experiment, label, count(*) AS runs, sum(state = 'done') AS done,
       group_concat(CASE WHEN state <> 'done' THEN 'seed ' || seed || ' ' || state END, ', ') AS missing
FROM v_run
WHERE experiment IS NOT NULL AND (:experiment IS NULL OR experiment = :experiment)
GROUP BY experiment, label
HAVING sum(state <> 'done') > 0
ORDER BY experiment, label;
