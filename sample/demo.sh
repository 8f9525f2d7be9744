#!/usr/bin/env bash
# The main job on the sample: import, then who should meet whom in every space, as text and as pages.
# 見本で本番どおりに：取り込み、各スペースの「だれとだれが会うとよいか」を文字とページで出します。
set -euo pipefail
data=$1
out=$2
mkdir -p "$out"
export MUSUBI_STORE="sqlite:///$out/demo.db"
spaces=(かぜのま こもれび なぎさ 結ノ木 ひだまり舎 いろは製作所 オンライン広場ほしぞら)

musubi init
for space in "${spaces[@]}"; do
  musubi agreement add --space "$space" --operator 見本コワーキング連絡会 --from 2023-11-01 \
    --items 会員名簿,団体台帳,アンケート
done
# exit code 1 = done, with rows to look at; they are listed above it
musubi import "$data/会員名簿.csv" "$data/団体台帳.xlsx" "$data/アンケート回答.csv" --yes || (($? == 1))
musubi status
for space in "${spaces[@]}"; do
  echo
  echo "== $space"
  musubi recommend --space "$space" --scope across --pairs 5
  musubi sheet --space "$space" --html "$out/$space.html"
  echo "-> $out/$space.html"
done
