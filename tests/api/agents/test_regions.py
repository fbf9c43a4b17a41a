"""Places of an index: each counted for itself and for what holds it."""

from api.agents.regions import HeldRegion, HeldRegions, count_regions


def test_counts_include_the_places_inside() -> None:
    counted = count_regions(["绵阳", "绵阳", "德阳", "四川", None, "广州", None])
    assert counted == HeldRegions(
        (
            HeldRegion("四川", None, 4),
            HeldRegion("绵阳", "四川", 2),
            HeldRegion("德阳", "四川", 1),
            HeldRegion("广东", None, 1),
            HeldRegion("广州", "广东", 1),
        ),
        2,
    )


def test_nothing_counted_is_no_region() -> None:
    assert count_regions([]) == HeldRegions((), 0)
    assert count_regions([None]) == HeldRegions((), 1)
