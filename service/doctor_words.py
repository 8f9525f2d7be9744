"""Wording of the checks: what was found, and what to do."""

from __future__ import annotations

from service.languages import Words

WORDS = Words(
    {
        "store": ("保存先は開けて、形式も最新です（{url}）", "the store opens and its schema is current ({url})"),
        "writable": ("保存先に書き込めます", "the store can be written"),
        "audit": ("記録の連鎖は {n} 行すべて正しくつながっています", "the audit chain is whole: {n} rows"),
        "audit.finding": (
            "記録の {row} 行目が、書き換え、抜き取り、切り取りのいずれかを受けています",
            "audit row {row} was changed, taken out or cut off",
        ),
        "audit.missing": (
            "適用済みの変更 {applied} 件のうち {n} 件の記録がありません。残っている最後の変更の記録は {row} 行目です",
            "{n} of {applied} applied change sets have no audit row; the last row of a change that is left is {row}",
        ),
        "audit.stray": (
            "記録の {row} 行目の変更 {changes} は保存先にありません",
            "audit row {row} tells of change set {changes}, which the store does not hold",
        ),
        "audit.remedy": (
            "保存先の複製を取り、信頼できるバックアップから戻してください",
            "keep a copy of the store and restore a backup you trust",
        ),
        "integrity": ("保存先のファイルに傷みはありません", "the files of the store are undamaged"),
        "integrity.finding": ("保存先のファイルが傷んでいます: {flaws}", "the files of the store are damaged: {flaws}"),
        "integrity.remedy": (
            "保存先の複製を取り、新しい保存先に musubi restore でバックアップを戻してください",
            "keep a copy of the store, and restore a backup into a new one with musubi restore",
        ),
        "erasures": (
            "消去の台帳（人、団体、ファイル名で {n} 行）にある人は、だれも戻っていません",
            "nobody on the ledger of erasures is back ({n} entries: people, organisations and names of files)",
        ),
        "erasures.finding": (
            "消去されたはずの人が保存先にいます: {ids}",
            "erased people are in the store: {ids}",
        ),
        "erasures.remedy": (
            "musubi erase でもう一度消すか、本人の希望なら musubi readmit してください",
            "erase them once more with musubi erase, or musubi readmit them if they wish to be back",
        ),
        "log": ("書き込み途中の記録は {size} です", "the write-ahead log is {size}"),
        "log.remedy": (
            "保存先を長く読み続けているプログラムを終えると、次の書き込みで縮みます",
            "end the program that keeps reading the store: the next write shrinks it",
        ),
        "mode": ("保存先のファイルは持ち主だけが読めます", "only their owner can read the files of the store"),
        "mode.finding": ("ほかの利用者も読めるファイル: {names}", "other users may read: {names}"),
        "mode.remedy": ("chmod 600 で持ち主だけにしてください", "make them the owner's alone: chmod 600"),
        "disk": ("空き容量は {free} です", "{free} of disk space are free"),
        "disk.remedy": (
            "不要なファイルを消すか、保存先を広いディスクへ移してください",
            "remove files, or move the store to a larger disk",
        ),
        "encoder": ("文章の比較は {encoder} で動いています", "texts are compared by {encoder}"),
        "encoder.finding": ("{why}", "{why}"),
        "encoder.remedy": (
            "MUSUBI_ENCODER を見直してください。lexical はどの計算機でも動きます",
            "look at MUSUBI_ENCODER; 'lexical' runs on any machine",
        ),
        "agreements": (
            "メンバーのいるスペースはすべて合意書の期間内です",
            "every space with members has an agreement that is valid today",
        ),
        "agreements.finding": ("いま有効な合意書のないスペース: {names}", "no agreement valid today: {names}"),
        "agreements.ending": (
            "{days} 日以内に切れる合意書のあるスペース: {names}",
            "agreements ending within {days} days: {names}",
        ),
        "agreements.remedy": (
            "musubi agreement add --space 名前 --operator 名前 --from 日付 --items 項目",
            "musubi agreement add --space NAME --operator NAME --from DATE --items ITEMS",
        ),
        "people": ("だれからも見えない人はいません", "there is nobody whom no member or mixer may see"),
        "people.finding": (
            "スペースに属さず、公開範囲も狭いため、だれからも見えない人: {n} 人",
            "{n} people belong to no space and are released to nobody: no member or mixer may see them",
        ),
        "people.remedy": (
            "会員名簿の利用スペースと公開範囲を本人に確かめて、取り込み直してください",
            "ask them for their space and release, and import the member list again",
        ),
        "mixers": ("どのスペースにもミキサーがいます", "every space has a mixer"),
        "mixers.note": (
            "ミキサーの決まっていないスペース: {names}（この計算機の操作者が代わりを務めています）",
            "no mixer is named for: {names} (the operator of this machine stands in)",
        ),
        "weights": (
            "紹介の結果{n}件から学んだ重みを使っています（1件あたり {gain:.3f} 良い）",
            "weights learned from the outcomes of {n} introductions are in use (better by {gain:.3f} nats each)",
        ),
        "weights.few": (
            "固定の重みを使っています（相性の分かる結果の記録 {n} 件。{least} 件から、学んだ重みを試します）",
            "fixed weights are in use ({n} outcomes that tell of a match; from {least} on learned ones are tried)",
        ),
        "weights.uneven": (
            "固定の重みを使っています（結果 {n} 件のうち、うまくいったもの {yes} 件、断られたもの {no} 件。"
            "早いころから、それぞれ {each} 件が要ります）",
            "fixed weights are in use (of {n} outcomes {yes} are a yes and {no} a no; {each} of each are needed, also"
            " among the earlier ones)",
        ),
        "weights.large": (
            "固定の重みを使っています（{people} 人います。学んだ重みを試すのは {most} 人までです）",
            "fixed weights are in use ({people} people are here; learned ones are tried up to {most})",
        ),
        "weights.unknown": (
            "どの重みを使うかは、文章の比較が動くまで分かりません",
            "which weights are in use cannot be told until texts can be compared",
        ),
        "weights.lost": (
            "固定の重みを使っています（結果{n}件から学んだ重みは、後から試して確かに良いとは言えません）",
            "fixed weights are in use (those learned from {n} outcomes are not surely better in a back-test)",
        ),
        "content.note": ("まだだれも登録されていません", "nobody is here yet"),
        "content.remedy": ("musubi import ファイル…", "musubi import FILE…"),
        "content": ("{n} 人が登録されています", "{n} people are here"),
        "content.seen": ("{viewer} から {n} 人が見えます", "{viewer} may see {n} people"),
    }
)
