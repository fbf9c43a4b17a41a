"""Searches go on, whole and consistent, while the index is rebuilt, killed and switched under them."""

import asyncio
import os

import pytest
import soak

#: The whole run is `make soak`; this one shows that the promises hold, and that the harness measures something.
SECONDS = float(os.environ.get("YIBAO_TEST_SOAK", "4"))


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    # A third of the capacity: other tests, and other people, use the machine too.
    run = soak.soak(tmp_path_factory.mktemp("soak"), SECONDS, share=0.35, seed=1)
    return asyncio.run(run)


def test_no_request_fails_and_no_answer_is_made_of_two_builds(found):
    assert found["broken"] == []
    assert found["requests"] > 50
    assert {key.split()[1] for key in found["statuses"]} <= {"200", "304", "404"}


def test_builds_were_really_switched_and_told_apart(found):
    assert found["builds_switched"] >= 1
    assert found["builds_seen"] >= 2


def test_beyond_capacity_everybody_is_answered_or_told_when_to_come_back(found):
    beyond = found["beyond_capacity"]
    assert beyond["turned_away"] > 0
    assert (beyond["other"], beyond["without_retry_after"]) == (0, 0)
    assert beyond["answered_after"] == len(soak.QUESTIONS)


def answer(version, tag, *, shown=None, files=()):
    titles = [f"门诊{soak.GUIDE}之1第{number}版" for number in shown or [version]]
    results = [
        {"id": "a", "title": title, "text": title, "file": "指南01.txt", "also_in": []} for title in titles
    ]
    results += [{"id": "b", "title": "新增", "text": "x", "file": file, "also_in": []} for file in files]
    return soak.Answer(200, {"etag": tag}, {"results": results}, 0.0)


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ([answer(1, "a", shown=[1, 2])], "an answer shows the versions"),
        ([answer(1, "a"), answer(2, "a")], "answers of one ETag"),
        ([answer(5, "a", files=["增6.txt"])], "files added in"),
        ([answer(5, "a", files=["增3.txt"])], "files added in"),
    ],
)
def test_the_harness_notices_an_answer_of_two_builds(answers, problem):
    checks = soak.Checks()
    for each in answers:
        checks.search(each)
    assert any(problem in broken for broken in checks.broken)


def test_the_harness_takes_a_whole_answer_for_one():
    checks = soak.Checks()
    for each in (answer(5, "a", files=["增4.txt", "增5.txt"]), answer(6, "b"), answer(5, "a")):
        checks.search(each)
    assert checks.broken == []


def test_the_harness_notices_a_build_that_answers_for_another():
    checks = soak.Checks()
    checks.search(answer(5, "a"))
    checks.stats(soak.Answer(200, {"etag": "a"}, {"build": "000007"}, 0.0))
    checks.builds({"000007": 6})
    assert checks.broken == ["build 000007 is of version 6, and its answers of 5"]
