"""Wording of the pages of a space: hearings, circles of help, teams, key persons."""

from __future__ import annotations

from service.languages import Words

WORDS = Words(
    {
        "made": (
            "{viewer}として{date}に作成。文章の比べ方: {encoder}",
            "Made as {viewer} on {date}. Texts compared by: {encoder}",
        ),
        "made_plain": ("{viewer}として{date}に作成", "Made as {viewer} on {date}"),
        "care": (
            "ここに引いたことばは、同じ組の人が読んでよいものだけです。名前は、了承をもらってから伝えてください。",
            "Words are quoted only where the others of the same group may read them. Pass on no name before that person"
            " has agreed.",
        ),
        "care_own": (
            "ここに引いたのは、本人が理由として伝えてよいとしたことばだけです。名前は、了承をもらってから伝えてください。",
            "Words are quoted only where their owner lets them be told as a reason. Pass on no name before that person"
            " has agreed.",
        ),
        "care_names": (
            "「先に聞く」の印がある人は、紹介の了承がまだです。名前を出す前に聞いてください。",
            "Whoever is marked “ask first” has not yet agreed to be introduced. Ask before you name them.",
        ),
        "ask": ("先に了承をもらう人: {names}", "Ask these first: {names}"),
        "ask_first": ("先に聞く", "ask first"),
        "quote": ("「{text}」", "“{text}”"),
        "need": ("困りごと", "needs"),
        "offer": ("できること", "offers"),
        "show": ("表示する", "Show"),
        "to_hearing": ("聞き取る人を見る", "See whom to hear"),
        "to_import": ("ファイルを取り込む", "Bring a file"),
        "no_members": (
            "このスペースのメンバーがまだ登録されていません。会員名簿を取り込んでください。",
            "No member of this space is here yet. Import its member list.",
        ),
        # hearings
        "hearing.title": ("いっしょに話を聞く人", "Whom to hear together"),
        "hearing.lead": (
            "まだ話を聞いていない人どうし、力を貸し合えそうな人どうしの小さな会です。",
            "Small meetings of people not heard so far, who may be able to help each other.",
        ),
        "hearing.size": ("人数", "People"),
        "hearing.number": ("会の数", "Meetings"),
        "hearing.n": ("{n}つ目の会", "Meeting {n}"),
        "hearing.heard": ("話を聞いた", "heard"),
        "hearing.written": ("書いたものだけ", "only wrote"),
        "hearing.never": ("まだ聞いていない", "not heard yet"),
        "hearing.nothing": (
            "ここに出せることばはまだありません。",
            "There are no words to show here yet.",
        ),
        "hearing.why": ("この人たちにする理由", "Why these people"),
        "hearing.fits": (
            "ことばはここに出せませんが、困りごととできることが合いそうな組: {names}",
            "A need and an offer seem to fit, though the words are not shown here: {names}",
        ),
        "hearing.two": ("{a}さんと{b}さん", "{a} and {b}"),
        "hearing.none": ("いま組める会はありません", "No meeting can be put together now"),
        "hearing.none_why": (
            "紹介してよい人が足りません。会員に「紹介してよいか」を聞いて取り込むと、ここに並びます。",
            "Too few people may be introduced. Ask members whether they want to be and import it: meetings appear.",
        ),
        "hearing.fewer": (
            "人が足りず、{n}つまでになりました。",
            "Only {n} meetings could be put together.",
        ),
        # circles of help
        "circles.title": ("助け合いの輪", "Circles of help"),
        "circles.lead": (
            "1番が2番を、2番が3番を助け、最後の人が1番を助けます。ふたりだけでは助け合えない人たちです。",
            "The first helps the second, the second the third, the last the first: people of whom no two"
            " could help each other both ways.",
        ),
        "circles.n": ("輪 {n}", "Circle {n}"),
        "circles.drawn": ("助ける向き: {names}", "Who helps whom: {names}"),
        "circles.helps": ("{asker}さんへ", "for {asker}"),
        "quiet": ("ことばはここに出せません。", "The words are not shown here."),
        "circles.fits": (
            "できることと困りごとが合いそうです（ことばはここに出せません）。",
            "An offer and a need seem to fit; the words are not shown here.",
        ),
        "circles.step": ("はじめの一歩: {step}", "First step: {step}"),
        "circles.none": ("このスペースの人が入る輪は、まだありません", "No circle with people of this space yet"),
        "circles.none_why": (
            "「できること」と「困りごと」がわかる人が増えるほど、輪は見つかります。まず話を聞いてみませんか。",
            "The more offers and needs are known, the more circles are found. Begin by hearing people.",
        ),
        "circles.more": ("もっと見る", "Show more"),
        # teams
        "weave.title": ("みんなで受けとめる困りごと", "Needs for several people"),
        "weave.lead": (
            "困りごとがいくつかに分かれる人です。名前を押すと、それぞれを受けもてる人たちの組を探します。",
            "People whose needs come in several parts. Open one to look for those who together meet them.",
        ),
        "weave.lead_all": (
            "困りごとがいくつかに分かれる人です。受けもてる人たちの組は、ミキサーか運営が探します。",
            "People whose needs come in several parts. A mixer or the operator looks for those who together meet them.",
        ),
        "weave.parts": ("{n}つ", "{n} parts"),
        "weave.next": ("ほかの{n}人を見る", "Show {n} more"),
        "weave.before": ("前の{n}人に戻る", "Back to the {n} before"),
        "weave.none": (
            "ここに出せる、いくつかに分かれる困りごとは、まだありません",
            "No need in several parts that may be told here yet",
        ),
        "weave.none_why": (
            "困りごとと、それを相手に伝えてよいかを聞いて取り込むと、ここに並びます。ひとりで受けもてる困りごとは「訪問の一枚」にあります。",
            "Ask for needs and whether they may be passed on, import both, and they appear here. Needs that one person"
            " meets are on the visit sheet.",
        ),
        "weave.for": ("{name}さんのための組", "A team for {name}"),
        "weave.size": ("多くて何人", "At most"),
        "weave.team": ("組む人", "The team"),
        "weave.who": ("だれが何を", "Who meets what"),
        "weave.part": ("困りごとの一部", "part of the need"),
        "weave.met": ("会ったことがある", "have met"),
        "weave.nobody": ("まだ見つかりません", "Nobody yet"),
        "weave.alone": (
            "わかっている困りごとは、ひとりで受けもてそうです。",
            "One person seems to be enough for the needs that are known.",
        ),
        "weave.partly": (
            "{open}つは、受けもてる人がまだ見つかりません。聞き取りで「できること」を聞いてみてください。",
            "Nobody was found for {open} of the parts. Ask for offers at a hearing.",
        ),
        "weave.mixed": ("ちがうコミュニティの人が力を合わせます。", "They come from different communities."),
        "weave.unmixed": (
            "ちがうコミュニティの人の組は見つかりませんでした。",
            "No team of different communities was found.",
        ),
        "weave.no_need": ("ここに出せる困りごとは、まだありません", "No need that may be told here yet"),
        "weave.no_need_why": (
            "まず話を聞いて、相手に伝えてよいかも聞き、取り込んでください。",
            "Hear this person first, ask what may be passed on, and import both.",
        ),
        "weave.nobody_found": ("受けもてる人がまだ見つかりません", "Nobody who could help was found yet"),
        "weave.nobody_why": (
            "「できること」を聞き取って取り込むと、見つかりやすくなります。",
            "Ask for offers and import them: that makes it easier.",
        ),
        "weave.back": ("ほかの人を見る", "Other people"),
        # key persons
        "keys.title": ("つなぎ役と窓口", "Key persons and public offices"),
        "keys.lead": (
            "この場所への入り口になる人と公の窓口です。一度に引き受けられる数を守ってください。",
            "People and offices through whom one gets in here. Please keep to what they take at a time.",
        ),
        "keys.here": ("このスペースのつなぎ役", "Of this space"),
        "keys.elsewhere": ("ほかのスペースのつなぎ役", "Of other spaces"),
        "keys.cap": ("同時に引き受ける数", "takes up to"),
        "keys.at_once": ("{n}", "{n} at a time"),
        "keys.waiting": ("返事待ち", "waiting"),
        "keys.room": ("あと{n}件", "room for {n} more"),
        "keys.full": ("いまはいっぱい", "full for now"),
        "keys.of": ("「{names}」のつなぎ役", "Key to “{names}”"),
        "keys.contacts": ("声をかける人", "Whom to ask"),
        "keys.no_contact": ("窓口になる人がまだわかりません。", "Nobody who speaks for it is known yet."),
        "keys.from": ("だれから", "The way from"),
        "keys.nobody": ("（選ぶ）", "(choose)"),
        "keys.way": ("{name}さんからの道すじ", "The way from {name}"),
        "keys.self": ("ご本人です。", "That is the same person."),
        "keys.inside": ("その団体の人です。", "One of its people."),
        "keys.no_way": (
            "知り合いづたいの道はまだありません。運営かミキサーが直接たずねてください。",
            "There is no way through people who know each other yet: the operator or a mixer asks directly.",
        ),
        "keys.arrow": ("→", "→"),
        "keys.none": ("つなぎ役はまだ決まっていません", "Nobody is named as a key here yet"),
        "keys.none_why": (
            "地域の顔になる人や公の窓口を、運営が次の命令で登録すると、ここに並びます。",
            "The operator names well-connected people and public offices with this command; they appear here.",
        ),
    }
)
