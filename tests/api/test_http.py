"""The HTTP interface, asked over the wire."""

import json
from urllib.parse import quote

import httpx
import pytest
from api_corpus import QUESTION, run_cli

from api.documents import (
    ArticleDocument,
    BatchDocument,
    HealthDocument,
    NeighboursDocument,
    ReadyDocument,
    SearchDocument,
    StatsDocument,
)


def search(client: httpx.Client, **parameters: str | int) -> dict[str, object]:
    answer = client.get("/search", params={"q": QUESTION, **parameters})
    assert answer.status_code == 200, answer.text
    body: dict[str, object] = answer.json()
    return body


def test_search_finds_the_passage_that_answers(client: httpx.Client) -> None:
    body = search(client)
    first = body["results"][0]
    assert first["file"] == "停保之后的账户.txt"
    assert "仍然可以使用" in first["text"]
    marked = "".join(first["text"][start:end] for start, end in first["highlights"])
    assert "仍然可以使用" in marked


def test_get_post_and_command_line_return_the_same_document(client: httpx.Client, index_dir: object) -> None:
    got = search(client, k=3)
    posted = client.post("/search", json={"q": QUESTION, "k": 3}).json()
    printed = json.loads(run_cli("search", QUESTION, "-k", "3", "--json", "--index", str(index_dir)).stdout)
    for document in (got, posted, printed):
        document.pop("took_ms")
    assert got == posted == printed


def test_answers_are_as_documented(client: httpx.Client) -> None:
    body = SearchDocument.model_validate(search(client))
    first = body.results[0]
    for path, model in (
        (f"/passages/{first.id}", NeighboursDocument),
        (f"/articles/{first.article_id}", ArticleDocument),
        ("/healthz", HealthDocument),
        ("/readyz", ReadyDocument),
        ("/stats", StatsDocument),
    ):
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        model.model_validate(answer.json())
    asked = {"questions": [{"id": 1, "question": QUESTION}, {"id": "b", "question": " "}]}
    BatchDocument.model_validate(client.post("/search/batch", json=asked).json())


def test_openapi_examples_are_accepted(client: httpx.Client) -> None:
    api = client.get("/openapi.json").json()
    body = api["components"]["schemas"]["SearchRequest"]["examples"][0]
    assert client.post("/search", json=body).status_code == 200
    for path, operations in api["paths"].items():
        for method, operation in operations.items():
            assert operation.get("description"), f"{method} {path} says nothing"
            assert "422" not in operation["responses"]


def test_k_and_offset_page_through_one_ranking(client: httpx.Client) -> None:
    whole = [r["id"] for r in search(client, k=4)["results"]]
    assert [r["id"] for r in search(client, k=2)["results"]] == whole[:2]
    assert [r["id"] for r in search(client, k=2, offset=2)["results"]] == whole[2:]


def test_filters_are_strict(client: httpx.Client) -> None:
    asked = {"q": "灵活就业人员每月缴多少"}
    regions = {
        r["region"] for r in client.get("/search", params=asked | {"region": "绵阳"}).json()["results"]
    }
    assert regions == {"绵阳"}
    since = client.get("/search", params=asked | {"since": "2025-01-01"}).json()["results"]
    assert since
    assert all(r["published"] >= "2025-01-01" for r in since)
    kinds = {r["kind"] for r in client.get("/search", params=asked | {"kind": "teaser"}).json()["results"]}
    assert kinds == {"teaser"}
    assert client.get("/search", params=asked | {"region": "海南"}).json()["results"] == []


def test_a_question_in_another_encoding_is_told_so_instead_of_being_searched_for(
    client: httpx.Client,
) -> None:
    gbk = quote(QUESTION.encode("gbk"))
    refused = client.get(f"/search?q={gbk}")
    assert refused.status_code == 400
    assert "not UTF-8" in refused.json()["error"]["message"]
    assert client.get(f"/search?q={quote(QUESTION)}").status_code == 200


def test_keyword_mode_runs_without_the_dense_leg(client: httpx.Client) -> None:
    body = search(client, mode="keyword")
    assert body["mode"] == "keyword"
    assert all(r["why"]["dense"]["rank"] is None for r in body["results"])


def test_batch_answers_in_order_and_survives_a_bad_question(client: httpx.Client) -> None:
    questions = [
        {"id": "a", "question": QUESTION},
        {"id": "b", "question": ""},
        {"id": "c", "question": "灵活就业在哪里缴费", "filters": {"region": "德阳"}},
    ]
    responses = client.post("/search/batch", json={"questions": questions, "k": 2}).json()["responses"]
    assert [r["id"] for r in responses] == ["a", "b", "c"]
    assert responses[0]["query"] == QUESTION
    assert responses[1]["error"]["code"] == "bad_input"
    assert {r["region"] for r in responses[2]["results"]} == {"德阳"}


@pytest.mark.parametrize("option", [{"k": 0}, {"k": 101}, {"mode": "magic"}])
def test_batch_with_an_unusable_option_is_refused_as_a_whole(
    client: httpx.Client, option: dict[str, object]
) -> None:
    body = {"questions": [{"id": 1, "question": QUESTION}], **option}
    assert client.post("/search/batch", json=body).status_code == 400


def test_batch_has_a_limit(client: httpx.Client) -> None:
    questions = [{"id": n, "question": QUESTION} for n in range(201)]
    answer = client.post("/search/batch", json={"questions": questions})
    assert answer.status_code == 400
    assert "YIBAO_MAX_BATCH" in answer.json()["error"]["message"]


def test_passage_comes_with_its_neighbours(client: httpx.Client) -> None:
    found = search(client)["results"][0]["id"]
    body = client.get(f"/passages/{found}", params={"around": 10}).json()
    around = [*body["before"], body["passage"], *body["after"]]
    assert body["passage"]["id"] == found
    assert [p["ordinal"] for p in around] == list(range(len(around)))
    assert len({p["article_id"] for p in around}) == 1
    alone = client.get(f"/passages/{found}", params={"around": 0}).json()
    assert (alone["before"], alone["after"]) == ([], [])
    assert client.get(f"/passages/{found}", params={"around": 11}).status_code == 400


def test_article_anchors_point_at_its_passages(client: httpx.Client) -> None:
    found = search(client)["results"][0]
    article = client.get(f"/articles/{found['article_id']}").json()
    anchor = next(p for p in article["passages"] if p["id"] == found["id"])
    assert article["text"][anchor["start"] : anchor["end"]] == found["text"]
    assert article["teasers"][0]["title"] == "换了工作医保要不要转"


def test_etag_saves_the_second_answer(client: httpx.Client) -> None:
    path = f"/search?q={quote(QUESTION)}"
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_long_answers_are_compressed(client: httpx.Client) -> None:
    answer = client.get("/search", params={"q": QUESTION}, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.json()["query"] == QUESTION


def test_callers_request_id_is_kept_if_harmless(client: httpx.Client) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": "abc-1"}).headers["X-Request-ID"] == "abc-1"
    forged = client.get("/healthz", headers={"X-Request-ID": 'a"b c'}).headers["X-Request-ID"]
    assert forged != 'a"b c'


@pytest.mark.parametrize("path", ["/", "/docs", "/page/app.js", "/page/style.css", "/healthz", "/nope"])
def test_every_answer_forbids_foreign_and_inline_code(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/", "/docs", "/page/app.js", "/page/docs.js", "/page/style.css"])
def test_page_refers_to_nothing_elsewhere(client: httpx.Client, path: str) -> None:
    text = client.get(path).text
    assert "http://" not in text.replace("http://www.w3.org", "")
    assert "https://" not in text
