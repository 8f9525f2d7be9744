"""Wording of the pages of an import."""

from __future__ import annotations

from service.languages import Lang, Words

WORDS = Words(
    {
        "title": ("ファイルを取り込む", "Bring a file"),
        "lead": ("まず内容を確かめます。保存はそのあとです。", "First look at what is in it; storing comes after."),
        "file": ("ファイル（CSV・Excel など、{mib} MiB まで）", "File (CSV, Excel and others, up to {mib} MiB)"),
        "space": ("スペース（行に書いていないとき）", "Space (where rows name none)"),
        "look": ("内容を確かめる", "Look at it"),
        "nothing_yet": ("まだ何も保存していません", "Nothing is stored yet"),
        "stored": ("保存しました", "Stored"),
        "cannot": ("取り込めません", "It cannot be taken"),
        "read_as": ("読み方", "Read as"),
        "used": ("{title}: {all} 列のうち {used} 列を使います", "{title}: {used} of {all} columns are used"),
        "encoding": ("文字コード", "Encoding"),
        "rows": ("行", "Rows"),
        "refused": ("入らない行", "Refused"),
        "flagged": ("見てほしい行", "To look at"),
        "brings": ("入るもの", "What it brings"),
        "columns": ("列の読み方", "How columns are read"),
        "columns_hint": (
            "違っていたら選び直してください。次に同じ見出しのファイルを読むときも使います。",
            "Choose another meaning where it is wrong. It is used for the next file with the same headers too.",
        ),
        "header": ("見出し", "Header"),
        "meaning": ("意味", "Meaning"),
        "again": ("この読み方で確かめる", "Look again with these"),
        "store": ("保存する", "Store it"),
        "discard": ("やめる", "Do not store it"),
        "problems": ("見てほしい行（{n}）", "Rows to look at ({n})"),
        "no_problem": ("問題のある行はありません。", "No row has a problem."),
        "place": ("{row}行目", "row {row}"),
        "table": ("表を CSV で受け取る", "Take the table as CSV"),
        "more": ("ほか {n} 件は CSV に", "{n} more are in the CSV"),
        "notes": ("お知らせ", "Notes"),
        "another": ("ほかのファイルを取り込む", "Bring another file"),
        "sheet": ("シート「{name}」", "Sheet “{name}”"),
        "refuse": ("入らない", "refused"),
        "flag": ("確認", "look"),
    }
)
_MEANINGS = {
    "not used": ("使わない", "not used"),
    "number": ("会員番号", "member number"),
    "name": ("氏名・名前", "name"),
    "family_name": ("姓", "family name"),
    "given_name": ("名", "given name"),
    "reading": ("フリガナ", "reading"),
    "family_reading": ("姓のフリガナ", "reading of the family name"),
    "given_reading": ("名のフリガナ", "reading of the given name"),
    "mail": ("メールアドレス", "mail"),
    "phone": ("電話番号", "phone number"),
    "organisation": ("会社・団体", "organisation"),
    "occupation": ("業種・職種", "occupation"),
    "space": ("スペース", "space"),
    "since": ("入会日", "since"),
    "until": ("退会日", "until"),
    "plan": ("契約・プラン", "plan"),
    "skill": ("スキル", "skills"),
    "offer": ("できること", "offers"),
    "need": ("困りごと", "needs"),
    "vision": ("ビジョン", "vision"),
    "activity": ("取組", "activities"),
    "introduction": ("紹介の可否", "may be introduced"),
    "use": ("紹介への利用", "use for introductions"),
    "reason": ("理由として伝えてよいか", "may be told as a reason"),
    "place": ("地域・住所", "place"),
    "exchange": ("対価・お礼", "exchange"),
    "offer_exchange": ("できることのお礼", "exchange of offers"),
    "need_exchange": ("困りごとのお礼", "exchange of needs"),
    "commitment": ("関わり方", "commitment"),
    "offer_commitment": ("できる関わり方", "commitment of offers"),
    "need_commitment": ("求める関わり方", "commitment of needs"),
    "hours": ("月の時間", "hours a month"),
    "offer_hours": ("月に使える時間", "hours a month of offers"),
    "need_hours": ("月に必要な時間", "hours a month of needs"),
    "offer_valid_until": ("できることの期限", "offers until"),
    "need_valid_until": ("困りごとの期限", "needs until"),
    "valid_until": ("困りごと・できることの期限", "needs and offers until"),
    "mode": ("会い方", "meeting mode"),
    "date": ("日付", "date"),
    "timestamp": ("回答日時", "timestamp"),
    "event": ("イベント", "event"),
    "participants": ("参加者", "participants"),
    "said_by": ("話した人", "said by"),
    "status": ("状態", "status"),
    "introduction_number": ("紹介番号", "introduction number"),
    "person": ("紹介する人", "person"),
    "partner": ("紹介先", "partner"),
    "state": ("紹介の結果", "state of the introduction"),
    "answered": ("回答日・会った日", "answered on"),
    "url": ("URL", "URL"),
}
_KINDS = {
    "people": ("人", "people"),
    "organisations": ("団体", "organisations"),
    "spaces": ("スペース", "spaces"),
    "communities": ("コミュニティ", "communities"),
    "groups": ("グループ", "groups"),
    "skills": ("スキル", "skills"),
    "events": ("イベント", "events"),
    "projects": ("プロジェクト", "projects"),
    "introductions": ("紹介", "introductions"),
    "needs": ("困りごと", "needs"),
    "offers": ("できること", "offers"),
    "visions": ("ビジョン", "visions"),
    "activities": ("取組", "activities"),
    "stories": ("物語", "stories"),
    "texts": ("文章", "texts"),
    "tie:MEMBER_OF": ("所属", "memberships"),
    "tie:HAS_SKILL": ("スキルを持つ", "has a skill"),
    "tie:ATTENDED": ("参加", "attended"),
    "tie:COLLABORATED": ("協働", "collaborated"),
    "tie:KNOWS": ("知り合い", "knows"),
    "tie:MET": ("出会い", "met"),
    "tie:PARTY_TO": ("紹介された人", "people introduced"),
    "tie:JOINED": ("グループへの参加", "joined"),
}
MEANINGS, KINDS = Words(_MEANINGS), Words(_KINDS)


def message(key: str, lang: Lang, **places: object) -> str:
    """Give the wording of a key of the pages, or of a kind that is counted as ``kind:NAME``."""
    kind = key.removeprefix("kind:")
    if kind != key:
        return KINDS.say(kind, lang) if kind in _KINDS else kind.removeprefix("tie:")
    return WORDS.say(key, lang, **places)


def meaning_words(meaning: str, lang: Lang) -> str:
    """Give the words for what a column means; a meaning without words of its own is told as it is."""
    return MEANINGS.say(meaning, lang) if meaning in _MEANINGS else meaning.replace("_", " ")
