"""Under which names the records of JSONL and CSV files keep what an article is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from .errors import BadInputError


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """Names of the fields of a record, tried in order; `[fields]` of yibao.toml puts other ones first."""

    title: tuple[str, ...] = ("title", "标题", "name")
    text: tuple[str, ...] = ("text", "content", "body", "正文", "内容")
    url: tuple[str, ...] = ("url", "link", "链接", "网址")
    source: tuple[str, ...] = ("source", "site", "来源", "网站")
    published: tuple[str, ...] = ("published", "date", "pubdate", "发布时间", "发布日期", "日期")
    region: tuple[str, ...] = ("region", "area", "地区", "区域")
    id: tuple[str, ...] = ("id", "_id", "编号")

    @classmethod
    def naming(cls, names: Mapping[str, str]) -> "FieldMapping":
        """The usual names, with those of `names` (field of an article → field of a record) before them.

        Raises BadInputError for a field that articles do not have.
        """
        usual = cls()
        known = [field.name for field in fields(cls)]
        for name in names:
            if name not in known:
                raise BadInputError(f"[fields] names {name!r}; an article has {', '.join(known)}")
        return replace(usual, **{name: (own, *getattr(usual, name)) for name, own in names.items()})
