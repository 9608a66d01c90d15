-- Cells of an experiment's plan whose runs are not all done: what a comparison lacks, and why. [experiment=NAME]
WITH place AS (
  SELECT experiment, cell, seed, label, '' AS reason FROM experiment_run
  UNION ALL
  SELECT experiment, cell, seed, label, reason FROM planned_run AS planned WHERE NOT EXISTS (
    SELECT 1 FROM experiment_run AS link
    WHERE link.experiment = planned.experiment AND link.cell = planned.cell AND link.seed = planned.seed)
)
SELECT e.name AS experiment, place.label, count(*) AS runs, sum(coalesce(run.state, '') = 'done') AS done,
       group_concat(CASE WHEN run.id IS NULL THEN 'seed ' || place.seed || iif(place.reason = '', ' missing', ' missing: ' || place.reason)
                         WHEN run.state <> 'done' THEN 'seed ' || place.seed || ' ' || run.state END, ', ') AS missing
FROM place
JOIN experiment AS e ON e.id = place.experiment
LEFT JOIN experiment_run AS link USING (experiment, cell, seed)
LEFT JOIN run ON run.id = link.run
WHERE :experiment IS NULL OR e.name = :experiment
GROUP BY e.id, place.cell
HAVING sum(coalesce(run.state, '') = 'done') < count(*)
ORDER BY e.name, place.label;
