-- The mean of the experiment's metric at each value of each factor, over all done runs that share it. [experiment=NAME]
SELECT e.name AS experiment, f.key AS factor, p.value, count(*) AS runs, avg(r.value) AS mean, min(r.value) AS lowest,
       max(r.value) AS highest
FROM experiment AS e
JOIN factor AS f ON f.experiment = e.id
JOIN experiment_run AS link ON link.experiment = e.id
JOIN run ON run.id = link.run AND run.state = 'done'
JOIN param AS p ON p.variant = run.variant AND p.key = f.key
JOIN metric AS m ON m.name = e.metric
JOIN result AS r ON r.run = run.id AND r.metric = m.id AND r.which = 'best'
WHERE :experiment IS NULL OR e.name = :experiment
GROUP BY e.id, f.position, f.key, p.value
ORDER BY e.name, f.position, min(link.position);
