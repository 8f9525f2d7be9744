"""Wording of the commands that look after a store: erase, backup, copy, audit, migrate."""

from __future__ import annotations

from service.languages import Words

WORDS = Words(
    {
        "erase.ask": (
            "{id} を消します。本人の項目、ことば、つながり、記録の中の名指しがなくなり、元に戻せません。よろしいですか",
            "erase {id}: every attribute, statement and tie of theirs and every mention in the audit goes, for good."
            " Go on?",
        ),
        "erase.confirm": (
            "{id} を消すと元に戻せません。--yes を付けるか、端末から実行してください",
            "erasing {id} cannot be undone: add --yes, or run in a terminal",
        ),
        "erase.stopped": ("何も消していません", "nothing was erased"),
        "erase.compacting": ("ファイルを書き直しています", "writing the files anew"),
        "erase.done": (
            "{id} を消しました（{removed} 件、記録の {redacted} 行から名指しを除去）",
            "erased {id} ({removed} facts; {redacted} audit rows no longer name them)",
        ),
        "erase.again": (
            "{id} は前に消されています。ファイルの掃除をもう一度しました",
            "{id} was erased before; the files were cleaned once more",
        ),
        "erase.merged": (
            "{id} はほかの記録とひとつにまとめられています: {ids}。すべて消すなら --with-merged を付け、"
            "別人なら先に merge undo で戻してください",
            "{id} is merged with other records: {ids}. Add --with-merged to erase all of them, or, where they are"
            " not one person, take the merge back first: 'musubi merge undo'",
        ),
        "erase.unemptied": (
            "{id} は消しましたが、ファイルの掃除が終わっていません（{why}）。同じ命令をもう一度実行してください",
            "{id} is erased, but the files are not emptied yet ({why}): run the same command again",
        ),
        "erase.mentions": (
            "ほかの人のことばに名前が残っているかもしれません。読んで直してください: {ids}",
            "words of others may still name them: read and mend these: {ids}",
        ),
        "erase.sources": (
            "名前などが入っていたファイル名を、保存先ではすべて替えました: {names}",
            "names of files that named them are other ones in the store now: {names}",
        ),
        "erase.unreached": (
            "前に取ったバックアップと書き出しには届きません。バックアップは 35 日以内に捨ててください。"
            "戻すときは消去が繰り返されます",
            "earlier backups and exports are not reached: drop backups within 35 days; a restore erases them again",
        ),
        "readmit.done": (
            "{id} の消去の記録を外しました。次の取り込みから戻れます。"
            "ほかの人が {id} を避けていた指定は戻りません。要るものは block で改めて指定してください",
            "{id} is no longer on the ledger of erasures: the next import brings them back. Blocks and refusals of "
            "others against {id} are not restored: set anew with block what is still wanted",
        ),
        "backup.done": (
            "{out} に書きました（{nodes} 件の登録、{ties} 件のつながり、内容 {content}）",
            "wrote {out} ({nodes} nodes, {ties} ties, content {content})",
        ),
        "backup.plain": (
            "暗号化していません。保存先と同じように守ってください（--passphrase-file で暗号化できます）",
            "it is not encrypted: guard it like the store itself (--passphrase-file encrypts it)",
        ),
        "restore.done": (
            "{at} のバックアップを {url} に戻しました（グラフのハッシュ {hash}）",
            "restored the backup of {at} into {url} (graph hash {hash})",
        ),
        "restore.erased": (
            "バックアップのあとに消された {n} 人を、もう一度消しました",
            "{n} erased after the backup was made: erased again",
        ),
        "filled.unemptied": (
            "{url} に書き込みましたが、消去の台帳と、消された人の跡の掃除が終わっていません（{why}）。"
            "この保存先を捨てて、同じ命令をもう一度実行してください",
            "{url} is filled, but its ledger of erasures is not kept beside it, or not all traces of the erased are"
            " gone yet ({why}): put that store away and run the same command again",
        ),
        "copy.done": (
            "{source} を {target} に写しました（内容 {content}）",
            "copied {source} to {target} (content {content})",
        ),
        "copy.already": (
            "{target} はもう {source} と同じです（内容 {content}）",
            "{target} holds the same as {source} already (content {content})",
        ),
        "copy.what": (
            "登録、ことば、つながり、記録、操作の鍵、消去の台帳を写します。文章のベクトルと列の読み方は写しません",
            "nodes, statements, ties, audit, idempotency keys and the ledger of erasures are copied; vectors of texts"
            " and saved readings of columns are not",
        ),
        "audit.whole": (
            "{n} 行すべて正しくつながっています（変更 {changes} 件、閲覧 {keyless} 件）",
            "all {n} rows are as they were written ({changes} changes, {keyless} reads)",
        ),
        "audit.root": ("{day} の根: {hash}", "root of {day}: {hash}"),
        "audit.gap": ("{row} 行目がありません", "row {row} is missing"),
        "audit.chain": ("{row} 行目が前の行につながりません", "row {row} does not follow the row before it"),
        "audit.hash": ("{row} 行目が書き換えられています", "row {row} was tampered with"),
        "audit.redacted": (
            "{row} 行目のことばが、消去の手続きなしに消されています",
            "words of row {row} were taken away by no erasure",
        ),
        "audit.head": (
            "{row} 行目から後ろが、切り取られたか足されています",
            "from row {row} on, rows were cut off or added",
        ),
        "audit.missing": (
            "適用済みの変更のうち {n} 件の記録がありません",
            "{n} applied change sets have no row",
        ),
        "audit.stray": (
            "{row} 行目の変更は保存先にありません",
            "row {row} tells of a change that the store does not hold",
        ),
        "audit.columns": ("行|日時|だれが|何を|詳細", "row|at|who|what|detail"),
        "migrate.none": ("形式は最新です", "the schema is current"),
        "migrate.pending": ("これから実行する移行: {numbers}", "migrations to run: {numbers}"),
        "migrate.done": ("移行 {numbers} を実行しました", "ran migrations {numbers}"),
        "passphrase.empty": ("合言葉のファイル {path} が空です", "the pass phrase file {path} is empty"),
    }
)
