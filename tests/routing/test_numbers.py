"""n-grams, regressions and calibration on data small enough to reason about."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nova_bot.routing import calibration, pair
from nova_bot.routing.ngrams import BUCKETS, Counts, Idf, excerpt, words
from nova_bot.routing.regression import fit, softmax
from nova_bot.routing.typos import mistyped

FRUIT = ["red apple", "green apple", "apple pie", "sweet pear", "pear juice", "a ripe pear"]


def test_a_text_without_words_is_an_empty_row_and_scores_the_prior() -> None:
    idf = Idf.of(Counts.of(FRUIT))
    rows = idf.rows(["", "🎉", "apple"])
    assert rows.times(np.ones((BUCKETS, 1), np.float32))[:2].sum() == 0


def test_rows_have_length_one_and_can_be_taken_in_any_order() -> None:
    rows = Idf.of(Counts.of(FRUIT)).rows(FRUIT)
    lengths = [float((rows.values[a:b] ** 2).sum()) for a, b in zip(rows.starts, rows.starts[1:], strict=False)]
    assert np.allclose(lengths, 1, atol=1e-3)
    back = rows.take(np.array([3, 0]))
    weights = np.random.default_rng(1).normal(size=(BUCKETS, 2)).astype(np.float32)
    assert np.allclose(back.times(weights), rows.times(weights)[[3, 0]], atol=1e-5)


def test_numbers_count_as_one_word_and_long_texts_keep_both_ends() -> None:
    assert words("open since 12.03.2026: 1,200.50") == ["open", "since", "0", "0"]
    assert excerpt("start " + "x" * 5_000 + " end").endswith("end")


def test_a_pair_learns_and_is_the_same_each_time() -> None:
    y = np.array([0, 0, 0, 1, 1, 1])
    vectors = np.eye(6, 2, dtype=np.float32)
    first, second = (pair.learn(pair.Seen(Counts.of(FRUIT), vectors), y, 2, pair.MOODS) for _ in range(2))
    rows = first.idf.rows(["an apple", "some pear"])
    assert first.scores(rows, None).argmax(axis=1).tolist() == [0, 1]
    assert np.array_equal(first.lexical.weights, second.lexical.weights)


def test_dense_regression_separates_two_clouds() -> None:
    drawn = np.random.default_rng(2)
    x = np.vstack([drawn.normal(-1, 0.3, (40, 3)), drawn.normal(1, 0.3, (40, 3))]).astype(np.float32)
    y = np.repeat([0, 1], 40)
    model = fit(x, y, 2, epochs=20, batch=16, rate=0.05, decay=1e-4)
    assert (model.logits(x).argmax(axis=1) == y).all()


def test_the_temperature_cools_scores_that_are_too_sure() -> None:
    drawn = np.random.default_rng(3)
    y = drawn.integers(0, 2, 500)
    sure = np.where(drawn.random(500) < 0.7, y, 1 - y)
    logits = np.zeros((500, 2), np.float32)
    logits[np.arange(500), sure] = 3
    t = calibration.temperature(logits, y)
    p = softmax(logits / np.float32(t))
    assert t > 1.5
    assert calibration.error(p, p.argmax(axis=1) == y) < 0.05


def test_the_threshold_reaches_its_precision() -> None:
    p = np.array([[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.6, 0.4]], np.float32)
    assert calibration.threshold(p, np.array([0, 0, 1, 0]), precision=0.95) == np.float32(0.8)
    assert calibration.threshold(p, np.array([1, 1, 1, 1]), precision=0.95) == 1.0


@given(st.text(max_size=80))
def test_typing_errors_are_the_same_each_time(text: str) -> None:
    assert mistyped(text) == mistyped(text)


def test_typing_errors_are_made() -> None:
    assert mistyped("please chase the overdue invoices") != "please chase the overdue invoices"
