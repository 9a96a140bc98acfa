"""Loaded by schemathesis before it begins.

hypothesis reads the source of each lambda to name it in its messages. Two workers that do so at
once trip over a defect of Python 3.11 (gh-106905, "AST constructor recursion depth mismatch"): the
names are not worth it.
"""

from hypothesis.internal import lambda_sources

lambda_sources.lambda_description = lambda function: "lambda"
