from minispark.engine.scheduler.events import JobSucceeded, StageSpec


def test_a_job_with_a_shuffle_runs_to_its_end(play):
    play.submit(1, StageSpec(0, 0, (0, 1, 2), ()), StageSpec(1, None, (0, 1), (0,)))
    play.finish_all()
    assert play.got(JobSucceeded) == [JobSucceeded(1)]
    assert play.scheduler.idle
