-- Predictions of a run, worst first. [run=ID, default the newest] [split=test] [top=20]
SELECT run, split, number, score, source, prediction, reference
FROM example
WHERE run = coalesce(:run, (SELECT max(run) FROM example)) AND split = coalesce(:split, 'test')
ORDER BY score, number
LIMIT coalesce(:top, 20);
