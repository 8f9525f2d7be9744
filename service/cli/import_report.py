"""The report of an import in words: what each code of `docs/formats.md` means, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.languages import Lang, Words

if TYPE_CHECKING:
    from graph.errors import Problem
    from ingest.facts import Split
    from ingest.problems import Note

PLACE = Words(
    {
        "row": ("{file} {row}行目", "{file} row {row}"),
        "sheet": ("{file} シート「{sheet}」 {row}行目", "{file} sheet '{sheet}' row {row}"),
        "file": ("{file}", "{file}"),
        "column": ("{place} 「{column}」列", "{place}, column '{column}'"),
        "problem": ("{place}: 「{value}」 {words} [{code}]", "{place}: got '{value}', {words} [{code}]"),
        "split": (
            "{place}: 分けるなら {parts}（--split で分けて取り込む）",
            "{place}: might be split as {parts} (--split takes it)",
        ),
    }
)
_PROBLEMS = {
    "not_a_date": ("日付として読めません。例: 2024-01-05、2024/1/5、令和6年1月5日", "expected {expected}"),
    "end_before_start": ("終わりが始まりより前です", "expected {expected}"),
    "unknown_release": ("公開の言葉として読めません。使える言葉: {expected}", "expected {expected}"),
    "no_space": ("スペースが分かりません。列に書くか --space で指定してください", "expected {expected}"),
    "id_taken": ("この番号はほかの人のものです", "expected {expected}"),
    "conflicting_ids": ("番号とメールが別の人のものです", "expected {expected}"),
    "ambiguous_person": ("だれのことか決められません（同じメールの人が複数います）", "expected {expected}"),
    "no_person": ("だれのことか分かりません", "expected {expected}"),
    "empty": ("空です。必要な項目です", "expected {expected}"),
    "too_long": ("長すぎます", "expected {expected}"),
    "wrong_number_of_cells": ("セルの数が見出しと合いません", "expected {expected}"),
    "unknown_id": ("知らない相手です。先にその人・団体を取り込んでください", "expected {expected}"),
    "duplicate_id": ("同じ ID が二度あります", "expected {expected}"),
    "bad_id": ("ID に使えない文字です", "expected {expected}"),
    "self_meeting": ("自分自身とのつながりです", "expected {expected}"),
    "unknown_kind": ("種類として読めません。使える言葉: {expected}", "expected {expected}"),
    "unknown_speaker": ("だれが話したか分かりません。本人・スタッフ・ミキサーのどれか", "expected {expected}"),
    "unknown_state": ("状態として読めません。使える言葉: {expected}", "expected {expected}"),
    "erased": ("消去を求めた人です。取り込みません", "expected {expected}"),
    "same_name": ("同姓同名の人がいます。別の人として入れました", "expected {expected}"),
    "rows_disagree": ("同じ人の行の内容が食い違います", "expected {expected}"),
    "unknown_person": ("知らない人です", "expected {expected}"),
    "unknown_space": ("知らないスペースです", "expected {expected}"),
    "unknown_number": ("知らない会員番号です", "expected {expected}"),
    "unknown_exchange": ("お礼の形として読めません: {expected}", "expected {expected}"),
    "unknown_commitment": ("関わり方として読めません。使える言葉: {expected}", "expected {expected}"),
    "unknown_hours": ("月の時間として読めません: {expected}", "expected {expected}"),
    "unknown_last_day": ("期限の日として読めません。その行は期限なしで入ります: {expected}", "expected {expected}"),
    "unknown_mode": ("会い方として読めません: {expected}", "expected {expected}"),
    "mail_differs": ("知っているメールと違います", "expected {expected}"),
    "not_a_mail": ("メールアドレスではありません", "expected {expected}"),
    "not_a_number": ("法人番号として正しくありません", "expected {expected}"),
    "sheet_not_understood": ("このシートは読み方が分かりません", "expected {expected}"),
    "formula_without_value": (
        "計算されていない数式です。表計算ソフトで開いて保存し直してください",
        "expected {expected}",
    ),
    "secret_not_stored": (
        "カード・口座・個人番号・パスワードのようなので、このセルは保存しません",
        "expected {expected}",
    ),
    "sensitive_kept_private": (
        "配慮が要る内容（健康・障害・信条・出自・犯罪など）のようなので、本人が公開するまで本人だけに見えます",
        "expected {expected}",
    ),
    "sensitive_not_stored": (
        "配慮が要る内容（健康・障害・信条・出自・犯罪など）を人の話から取り込むことはできません。本人に聞いてください",
        "expected {expected}",
    ),
    "other": ("{expected}", "expected {expected}"),
}
_NOTES = {
    "hidden_sheet_left_out": ("非表示のシートは読みません: {value}", "hidden sheet left out: {value}"),
    "total_row_skipped": ("{row}行目は合計の行です", "row {row} is a row of totals"),
    "repeated_header_skipped": ("{row}行目は見出しの繰り返しです", "row {row} repeats the header"),
    "secret_column_not_read": ("秘密の列なので読みません: {value}", "a secret, never read: {value}"),
    "phone_column_not_read": ("電話番号の列は読みません: {value}", "phone numbers are not read: {value}"),
    "hearsay_column_not_read": (
        "本人の言葉ではないので読みません: {value}",
        "not the member's own words, not read: {value}",
    ),
    "needs_not_released": (
        "困りごと {value} 件は、紹介に使ってよいかを聞いていないので、まだ順位を動かしません"
        "（「紹介への利用」の列で答えを取り込めます）",
        "{value} needs move no ranking yet: the file does not ask whether they may be used"
        " (a column 紹介への利用 / use for introductions tells)",
    ),
    "new_space": (
        "新しいスペース名です。書き間違いではありませんか: {value}",
        "a new space; a slip of the pen? {value}",
    ),
    "owner_not_given": (
        "だれの連絡先か分からないので、知り合いとしては記録しません（{value}）",
        "whose address book it is was not said: nobody is recorded as knowing anybody ({value})",
    ),
    "did_not_take_part": ("{row}行目: 参加していない人（{value}）", "row {row}: did not take part ({value})"),
    "left_the_service": ("{row}行目: 退会した人", "row {row}: has left the service"),
    "no_member": ("{row}行目: 会員ではない人（{value}）", "row {row}: no member ({value})"),
    "closed": ("{row}行目: 閉鎖された法人", "row {row}: closed"),
    "older_state": (
        "{row}行目: もっと新しい状態をすでに知っています（{value}）",
        "row {row}: a newer state is known already ({value})",
    ),
    "release_narrowed": ("公開範囲を狭めて取り込みます {value}", "taken with a narrower release {value}"),
    "grant_left_out": ("権限の決まりは取り込みません {value}", "grants are not taken over {value}"),
    "other": ("{code} {value}", "{code} {value}"),
}
PROBLEMS, NOTES = Words(_PROBLEMS), Words(_NOTES)


def is_problem(code: str) -> bool:
    """Tell whether a code is of a problem that has words; the others are notes."""
    return code in _PROBLEMS


def problem_line(problem: Problem, lang: Lang) -> str:
    """Tell a problem in one line."""
    words = problem_words(problem, lang)
    place = _place(problem.file, problem.sheet, problem.row, lang)
    if problem.column:
        place = PLACE.say("column", lang, place=place, column=problem.column)
    return PLACE.say("problem", lang, place=place, value=problem.value, words=words, code=problem.code)


def problem_words(problem: Problem, lang: Lang) -> str:
    """Tell what is wrong with a cell."""
    key = problem.code if is_problem(problem.code) else "other"
    return PROBLEMS.say(key, lang, expected=problem.expected)


def note_line(note: Note, lang: Lang) -> str:
    """Tell a note in one line."""
    key = note.code if note.code in _NOTES else "other"
    return NOTES.say(key, lang, row=note.row or "", value=note.value, code=note.code)


def split_line(split: Split, lang: Lang) -> str:
    """Tell a suggested split in one line."""
    place = _place("", split.sheet, split.row, lang).strip()
    parts = " / ".join(f"「{p}」" if lang is Lang.JA else f"“{p}”" for p in split.parts)
    return PLACE.say("split", lang, place=PLACE.say("column", lang, place=place, column=split.column), parts=parts)


def _place(file: str, sheet: str | None, row: int | None, lang: Lang) -> str:
    if row is None:
        return PLACE.say("file", lang, file=file)
    return PLACE.say("sheet" if sheet else "row", lang, file=file, sheet=sheet, row=row)
