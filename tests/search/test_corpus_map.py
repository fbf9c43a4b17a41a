"""The plane on which a corpus is shown."""

import numpy as np
import pytest

from index.embedder import load_embedder
from index.rebuild import rebuild
from ingest.errors import BadInputError
from search import Searcher
from search.notebook.corpus_map import CorpusMap, principal_plane

BALANCE = "断缴以后，个人账户里的余额照样能刷卡买药。"
BIRTH = "生育津贴按单位上年度月平均工资和产假天数计发。"


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    corpus, index = tmp_path_factory.mktemp("corpus"), tmp_path_factory.mktemp("index")
    others = (
        "绵阳市灵活就业人员按月缴纳医疗保险费。",
        "备案以后在外地住院直接结算。",
        "失业金按缴费年限领取。",
    )
    for n, text in enumerate((BALANCE, BIRTH, *others)):
        (corpus / f"{n}.txt").write_text(f"文章{'甲乙丙丁戊'[n]}的标题\n\n{text}\n", encoding="utf-8")
    rebuild([corpus], index, embedder=load_embedder())
    return index


def test_the_plane_keeps_distances_of_points_that_lie_in_one():
    # A rectangle of 4 by 2 in a plane of three dimensions: the variance along its sides is 4 and 1.
    long, short = np.asarray([0.6, 0.8, 0]), np.asarray([0, 0, 1])
    vectors = np.asarray([a * long + b * short for a in (-2, 2) for b in (-1, 1)], np.float32) + 7
    project, explained = principal_plane(vectors)
    assert explained == pytest.approx(1)
    np.testing.assert_allclose(np.abs(project(vectors)), [[2, 1]] * 4, atol=1e-5)
    assert np.linalg.norm(project(vectors)[0] - project(vectors)[3]) == pytest.approx(20**0.5, abs=1e-5)


def test_the_share_of_variance_is_that_of_the_two_largest():
    vectors = np.diag([3.0, 2.0, 1.0]).astype(np.float32)
    vectors = np.concatenate([vectors, -vectors])
    assert principal_plane(vectors)[1] == pytest.approx((9 + 4) / (9 + 4 + 1))


def test_equal_vectors_fall_on_one_point():
    project, explained = principal_plane(np.ones((4, 5), np.float32))
    assert explained == 0 and np.abs(project(np.ones((4, 5), np.float32))).max() < 1e-6


def test_a_question_in_a_passages_own_words_lies_where_the_passage_does(index):
    searcher = Searcher.open(index)
    passages = CorpusMap.of(searcher).passages
    map_ = CorpusMap.of(searcher, [passage.searchable for passage in passages])
    apart = np.linalg.norm(map_.question_points[:, None] - map_.points[None], axis=2)
    assert apart.argmin(axis=1).tolist() == list(range(len(passages)))
    assert apart.diagonal().max() < 0.3 * np.median(apart)


def test_groups_are_regions_or_the_nearest_topics(index):
    searcher = Searcher.open(index)
    regions = {
        p.text: group
        for p, group in zip(CorpusMap.of(searcher).passages, CorpusMap.of(searcher).groups, strict=True)
    }
    assert regions[BALANCE] == "" and "绵阳" in regions.values()
    map_ = CorpusMap.of(searcher, topics=["生育津贴", "账户余额"])
    topics = {p.text: group for p, group in zip(map_.passages, map_.groups, strict=True)}
    assert (topics[BALANCE], topics[BIRTH]) == ("账户余额", "生育津贴")


def test_a_large_index_is_thinned_evenly(index):
    searcher = Searcher.open(index)
    everything = CorpusMap.of(searcher).passages
    assert len(everything) == 5
    assert CorpusMap.of(searcher, most=3).passages == everything[::2]


def test_an_index_without_a_model_has_no_map(index):
    searcher = Searcher(Searcher.open(index).backend, None)
    with pytest.raises(BadInputError, match="without a model"):
        CorpusMap.of(searcher)
