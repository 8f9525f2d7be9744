"""Wording of the command line beside the answers themselves."""

from __future__ import annotations

from service.languages import Words

WORDS = Words(
    {
        "error.MusubiError": ("エラー", "error"),
        "error.WrongUse": ("使い方が違います", "wrong use"),
        "error.Refused": ("取り込めません", "refused"),
        "error.Unknown": ("見つかりません", "unknown"),
        "error.Conflict": ("前の操作と食い違います", "conflict"),
        "error.NotPermitted": ("許可がありません", "not permitted"),
        "error.StoreUnavailable": ("保存先を開けません", "store unavailable"),
        "error.EncoderUnavailable": ("文章を比べる準備ができません", "text encoder unavailable"),
        "init.made": ("{url} に保存先を用意しました", "made the store {url}"),
        "init.ready": ("{url} はもう用意できています", "the store {url} is ready already"),
        "progress": ("比べています", "comparing"),
        "import.reading": ("読んでいます", "reading"),
        "status.nodes": ("登録", "Nodes"),
        "status.statements": ("ことば", "Statements"),
        "status.ties": ("つながり", "Ties"),
        "status.none": ("なし", "none"),
        "status.encoder": ("文章の比べ方: {name}", "Texts are compared by: {name}"),
        "status.no_encoder": ("文章の比べ方: 動きません（{why}）", "Texts are compared by: does not run ({why})"),
        "status.last": ("最後の取り込み: {at} {sources}", "Last import: {at} {sources}"),
        "status.hash": ("グラフのハッシュ: {hash}", "Graph hash: {hash}"),
        "status.never": ("まだ何も取り込んでいません", "Nothing imported yet"),
        "doctor.ok": ("よし", "ok"),
        "doctor.note": ("参考", "note"),
        "doctor.finding": ("要対応", "mend"),
        "doctor.remedy": ("対応: {remedy}", "do: {remedy}"),
        "agreement.added": (
            "「{space}」の合意書を記録しました（運営: {operator}）",
            "recorded the agreement for “{space}” (operator: {operator})",
        ),
        "agreement.none": ("合意書はまだありません", "no agreement yet"),
        "agreement.head": ("スペース|運営|開始|終了|項目", "space|operator|from|until|items"),
        "import.stored": ("stored: {file}", "stored: {file}"),
        "import.counts": ("{file}（{profile}、{encoding}）: {counts}", "{file} ({profile}, {encoding}): {counts}"),
        "import.mapping": ("列の読み方", "How the columns are read"),
        "import.unused": ("使わない", "not used"),
        "import.confirm": ("この読み方で取り込みますか", "Import with this reading?"),
        "import.ask": (
            "列の読み方を推測しました。確かめて --yes を付けるか、端末から実行してください",
            "the reading of the columns was guessed: look at it and add --yes, or run in a terminal",
        ),
        "import.stopped": ("取り込みませんでした", "nothing was imported"),
        "import.dry": ("確認だけで、何も保存していません", "looked only, nothing was stored"),
        "import.problems": ("見てほしい行が {n} 件あります", "{n} rows to look at"),
        "import.compare_later": (
            "{n}件の登録は、同じ人・団体がいないかまだ比べていません。musubi merge find で比べてください",
            "{n} records were not compared for people who may be one: run musubi merge find",
        ),
        "import.same": (
            "同じ人・団体かもしれない登録が {n} 組あります: musubi merge list",
            "{n} pairs may be one person or organisation: musubi merge list",
        ),
        "import.more": ("ほか {n} 件", "and {n} more"),
        "import.replayed": (
            "{file} は前と同じ内容です。何も変えていません",
            "{file} is the same as before: nothing changed",
        ),
        "models.here": ("使えます", "runs here"),
        "models.away": ("ありません", "not here"),
        "models.got": ("取得しました。使い方: MUSUBI_ENCODER=st:{name}", "fetched: MUSUBI_ENCODER=st:{name} uses it"),
        "models.passed": ("正しく動いています", "works as it should"),
        "models.failed": ("期待どおりに動きません", "does not work as it should"),
        "report.total": ("新しいつながり", "New ties"),
        "report.across": ("コミュニティを越えたもの", "Across communities"),
        "report.within": ("同じコミュニティの中", "Inside one community"),
        "report.unplaced": ("所属の分からない人とのもの", "With somebody of no community"),
        "report.undated": ("日付のないつながり（数に入れない）", "Ties without a date, not counted"),
        "report.e_i": ("E-I 指数", "E-I index"),
        "report.head": ("コミュニティ|コミュニティ|つながり|見込み", "community|community|ties|expected"),
        "report.hidden": (
            "小さな数と、そこから逆算できる数は出していません",
            "small numbers, and what would let them be worked out, are not shown",
        ),
        "export.done": ("{out} に書き出しました", "wrote {out}"),
        "written": ("{out} に書きました", "wrote {out}"),
        "split.done": (
            "{n} 件の正解を含む分割を {out} に書きました",
            "wrote the split with {n} held-out ties to {out}",
        ),
        "serve.at": (
            "http://{host}:{port}/ で動いています（終了は Ctrl-C）",
            "serving at http://{host}:{port}/ (Ctrl-C ends it)",
        ),
    }
)
