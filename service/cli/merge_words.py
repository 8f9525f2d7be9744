"""Wording of ``merge``: what was done, and why two records may be one."""

from __future__ import annotations

from service.languages import Words

WORDS = Words(
    {
        "merge.accept": ("{a} と {b} を同じものとしました", "{a} and {b} are one now"),
        "merge.reject": ("{a} と {b} は別のものとしました", "{a} and {b} are not one"),
        "merge.undo": ("{a} と {b} についての判断を取り消しました", "took back what was decided about {a} and {b}"),
        "merge.same": ("前からそうなっています", "it was so before"),
        "merge.found": ("同じかもしれない組: {n}", "pairs that may be one: {n}"),
        "merge.none": ("同じかもしれない組はありません", "no pair that may be one"),
        "merge.head": ("状態|A|B|名前 A|名前 B|理由", "state|A|B|name A|name B|why"),
        "merge.open": ("未確認", "open"),
        "merge.accepted": ("同じ", "one"),
        "merge.rejected": ("別", "not one"),
        "merge.plain": (
            "漢字の名前の読みは付属の表で調べています。SudachiPy（追加機能 ja）を入れると、表にない漢字も読めます",
            "readings of names come from the tables that come along; SudachiPy (extra ja) reads characters beyond them",
        ),
        "same_number": ("番号が同じ", "same number"),
        "same_mail": ("メールが同じ", "same mail"),
        "same_phone": ("電話が同じ", "same telephone"),
        "same_site": ("サイトが同じ", "same web site"),
        "same_name": ("名前が同じ（異体字・表記を含む）", "same name, variants included"),
        "same_sound": ("読みが同じ", "same reading"),
        "slip": ("打ち間違いらしい", "looks like a slip of the keyboard"),
        "sound_alike": ("字は違うが読みが同じ", "other characters, same reading"),
        "part_of_name": ("名前の一部が同じ", "part of the name is the same"),
        "former_name": ("前の名前が同じ", "a former name is the same"),
        "given_name": ("下の名前が同じ", "same given name"),
        "same_organisation": ("所属が同じ", "same organisation"),
        "other_number": ("番号が違う", "other number"),
        "other_mail": ("メールが違う", "other mail"),
        "other_phone": ("電話が違う", "other telephone"),
        "other_reading": ("読みが違う", "other reading"),
        "other_organisation": ("所属が違う", "other organisation"),
        "other_place": ("場所が違う", "other place"),
        "other_form": ("法人の種類か支店が違う", "other legal form or branch"),
        "other_site": ("サイトが違う", "other web site"),
    }
)
