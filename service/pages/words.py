"""Wording of the pages."""

from __future__ import annotations

from service.languages import Words

WORDS = Words(
    {
        "sheet.title": ("今日この場所で会うとよい人", "Who should meet whom here"),
        "sheet.over": ("訪問の一枚", "For your visit"),
        "sheet.over_person": ("ひとりのための一枚", "For one person"),
        "sheet.over_organisation": ("ひとつの団体のための一枚", "For one organisation"),
        "sheet.over_all": ("みんなのための一枚", "For everybody"),
        "sheet.everybody": ("ネットワーク全体", "The whole network"),
        "around.label": ("このスペースのページ", "Pages of this space"),
        "around.sheet": ("訪問の一枚", "Visit sheet"),
        "around.hearing": ("聞き取り", "Hearing"),
        "around.tables": ("席", "Tables"),
        "around.circles": ("助け合いの輪", "Circles of help"),
        "around.weave": ("チーム", "Teams"),
        "around.keys": ("つなぎ役", "Key persons"),
        "sheet.members": ("メンバー", "members"),
        "sheet.proposals": ("紹介案", "introductions"),
        "sheet.to_ask": ("先に聞く", "to ask first"),
        "sheet.more": ("そのほかの紹介案（{n}）", "More introductions ({n})"),
        "sheet.more_hint": ("押すと理由が開きます。", "Open a row to read the reasons."),
        "card.why": ("会うとよい理由", "Why they should meet"),
        "card.quote": ("「{text}」", "“{text}”"),
        "kind.need": ("困りごと", "needs"),
        "kind.offer": ("できること", "offers"),
        "kind.vision": ("目指すこと", "vision"),
        "kind.topic": ("話すこと", "topic"),
        "card.no_reason": (
            "言葉にできる理由はまだありません。つながりの位置から選ばれています。",
            "No reason can be put into words yet: the pair was chosen by where the two stand in the network.",
        ),
        "card.first": ("最初の問いかけ", "A first question"),
        "card.to": ("{name}さんへ", "to {name}"),
        "card.ask_first": ("先に聞く", "ask first"),
        "card.surprise": ("思い切った組", "surprise"),
        "card.ask_who": (
            "{names}は、紹介の了承がまだです。相手の名前を出す前に「どなたかに会ってみませんか」と聞いてください。",
            "{names} has not agreed to be introduced yet. Name nobody before you have asked whether it is welcome.",
        ),
        "card.person": ("{name}さん", "{name}"),
        "card.tell": ("{name}さんに伝えられること", "What {name} may be told"),
        "card.tell_nothing": (
            "まだ伝えられる理由はありません。会ってみたいかどうかだけを聞きましょう。",
            "There is no reason to pass on yet. Only ask whether a meeting is welcome.",
        ),
        "card.other": ("お相手", "the other person"),
        "ask.need_met": (
            "「{text}」のことで、いまいちばん手を借りたいのはどこですか。",
            "About “{text}”: where would a helping hand matter most right now?",
        ),
        "ask.offer_wanted": (
            "「{text}」は、どんな人の役に立てたらうれしいですか。",
            "“{text}”: who would you most like to help with that?",
        ),
        "ask.shared_vision": (
            "「{text}」と思うようになったきっかけを聞かせてください。",
            "“{text}”: what brought you to that?",
        ),
        "ask.shared_topic": (
            "「{text}」について、いま話してみたいのはどんな人ですか。",
            "“{text}”: whom would you like to talk with about it?",
        ),
        "ask.any": (
            "いま、だれかの力を借りられたらと思うことはありますか。",
            "Is there anything you could use a hand with at the moment?",
        ),
        "sheet.unserved": ("今回は紹介案のない人（{n}）", "Nobody found this time for ({n})"),
        "sheet.unserved_hint": (
            "できることや困りごとを一文聞くだけで、次は見つかりやすくなります。",
            "One sentence about what they offer or need makes it easier next time.",
        ),
        "sheet.empty": ("紹介案はまだありません", "No introduction yet"),
        "sheet.empty_members": (
            "このスペースのメンバーがまだ登録されていません。会員名簿を取り込んでください。",
            "No member of this space is here yet. Import its member list.",
        ),
        "sheet.empty_why": (
            "メンバーはいますが、会っていない相手で、紹介に使ってよい情報のある人が見つかりませんでした。"
            "「できること」と「困りごと」を聞き取って取り込むと、ここに並びます。",
            "There are members, but nobody they have not met yet whose words may be used for introductions."
            " Ask for offers and needs, import them, and proposals appear here.",
        ),
        "sheet.care": (
            "ミキサーに見せてよいとされた情報を含みます。"
            "この紙は渡したり掲示したりせず、「伝えられること」だけを話してください。",
            "This page holds what members released to mixers. Do not hand it on; say only what may be told.",
        ),
        "sheet.made": (
            "{viewer}として{date}に作成。文章の比べ方: {encoder}",
            "Made as {viewer} on {date}. Texts compared by: {encoder}",
        ),
        "sheet.mine": (
            "会ってみたい人がいたら、スペースのミキサーに声をかけてください。",
            "If you would like to meet somebody, tell the mixer of your space.",
        ),
        "home.title": ("結び", "musubi"),
        "home.lead": ("今日はどのスペースを訪ねますか。", "Which space are you visiting today?"),
        "home.members": ("{n}人", "{n} members"),
        "home.empty": ("スペースがまだありません", "There is no space yet"),
        "home.empty_why": (
            "会員名簿を取り込むと、ここにスペースが並びます。",
            "Import a member list and its spaces appear here.",
        ),
        "home.import": ("ファイルを取り込む", "Bring a file"),
        "home.back": ("スペースの一覧", "All spaces"),
        "page.other": ("English", "日本語"),
        "ties.title": ("つながりの報告", "Ties formed"),
        "ties.over": ("コミュニティを越えたつながり", "Ties across communities"),
        "ties.period": ("{since}から{until}まで", "from {since} to {until}"),
        "ties.beginning": ("はじめ", "the beginning"),
        "ties.now": ("今日", "today"),
        "ties.total": ("新しいつながり", "New ties"),
        "ties.across": ("コミュニティを越えたもの", "Across communities"),
        "ties.share": ("全体の {share}%", "{share}% of those placed"),
        "ties.within": ("同じコミュニティの中", "Inside one community"),
        "ties.unplaced": ("所属の分からない人とのもの", "With somebody of no community"),
        "ties.undated": ("日付のないつながり", "Ties without a date"),
        "ties.undated_why": (
            "期間に入れられないため、ほかの数には含みません。",
            "They lie in no period and are in no other count.",
        ),
        "ties.e_i": ("E-I 指数", "E-I index"),
        "ties.e_i_why": ("−1 は中だけ、1 は外だけ", "−1 all inside, 1 all across"),
        "ties.pairs": ("コミュニティの組ごと", "By pair of communities"),
        "ties.inside": ("中だけ", "inside"),
        "ties.pairs_why": (
            "「見込み」は、だれもが今と同じ数のつながりを、相手を選ばずに結んだとしたときの数です。",
            "“Expected” is the number if everybody had as many ties as now, with anybody at all.",
        ),
        "ties.head_pair": ("組", "Pair"),
        "ties.head_ties": ("つながり", "Ties"),
        "ties.head_expected": ("見込み", "Expected"),
        "ties.hidden": ("非表示", "not shown"),
        "ties.hidden_why": (
            "人が分かってしまう小さな数（中は {within} 未満、越えたものは {across} 未満）と、"
            "そこから逆算できる数は出していません。",
            "Small numbers, below {within} inside and below {across} across communities, are not shown,"
            " because they could point to somebody; nor is whatever would let them be worked out.",
        ),
        "ties.empty": ("この期間に新しいつながりはありません", "No tie was formed in this period"),
        "ties.empty_why": (
            "期間を広げるか、会った日付のある記録（催し・協働・出会い）を取り込んでください。",
            "Choose a longer period, or import records with dates: meetings, collaborations.",
        ),
        "ties.more": ("ほか {n} 組", "and {n} more pairs"),
        "ties.made": ("{viewer}として{date}に作成", "Made as {viewer} on {date}"),
    }
)
