-- Runs that an experiment shows although a newer content of one of their plugin files is known. [experiment=NAME]
SELECT e.name AS experiment, link.run, link.label, link.seed, run.state, p.kind || '/' || p.name AS plugin,
       substr(p.hash, 1, 12) AS used, substr(newest.hash, 1, 12) AS newest, newest.path
FROM experiment AS e
JOIN experiment_run AS link ON link.experiment = e.id
JOIN run ON run.id = link.run
JOIN run_plugin AS rp ON rp.run = run.id
JOIN plugin AS p ON p.id = rp.plugin
JOIN plugin AS newest ON newest.id = (SELECT other.id FROM run_plugin AS used JOIN plugin AS other ON other.id = used.plugin
                                      WHERE other.kind = p.kind AND other.name = p.name ORDER BY used.run DESC LIMIT 1)
WHERE newest.id <> p.id AND (:experiment IS NULL OR e.name = :experiment)
ORDER BY e.name, link.run, plugin;
