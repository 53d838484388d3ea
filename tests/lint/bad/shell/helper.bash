# shellcheck shell=bash
greet() { echo $1; }
