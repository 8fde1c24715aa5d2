"""`{% translate %}` and `{% blocktranslate %}` as Django has them, without looking anything up where the page is in English,
as most are: every page has a dozen of these in its frame alone. Built into all templates.
"""

from collections.abc import Sequence

from django import template
from django.conf import settings
from django.template.base import FilterExpression, Node, Parser, Token, TokenType, render_value_in_context
from django.template.context import Context
from django.templatetags import i18n
from django.utils.safestring import SafeString
from django.utils.translation import get_language, trim_whitespace

register = template.Library()


def in_english() -> bool:
    """Whether the page is in English. Asks for the language only where there are several."""
    return len(settings.LANGUAGES) < 2 or get_language() == settings.LANGUAGE_CODE


class Words(Node):
    """One string, or what a variable holds."""

    def __init__(self, plain: FilterExpression, node: i18n.TranslateNode) -> None:
        self.plain, self.node = plain, node
        literal = plain.var if plain.is_var is False else plain.var.literal
        self.words = literal if isinstance(literal, SafeString) and not plain.filters else None

    def render(self, context: Context) -> SafeString:
        if not in_english():
            return SafeString(self.node.render(context))
        if self.words is not None:
            return self.words
        return SafeString(render_value_in_context(self.plain.resolve(context), context))


class Block(Node):
    """A sentence that takes values in, in the singular or the plural."""

    def __init__(self, node: i18n.BlockTranslateNode) -> None:
        self.node = node
        self.singular = _parts(node.singular, node.trimmed)
        self.plural = _parts(node.plural or [], node.trimmed)

    def render(self, context: Context) -> SafeString:
        node = self.node
        if not in_english():
            return SafeString(node.render(context))
        with context.push(**{name: value.resolve(context) for name, value in node.extra_context.items()}):
            parts = self.singular
            if node.counter:
                context[str(node.countervar)] = count = node.counter.resolve(context)
                parts = self.singular if count == 1 else self.plural
            return SafeString(
                "".join(
                    render_value_in_context(context.get(part, ""), context) if is_name else part
                    for part, is_name in parts
                )
            )


def _parts(tokens: Sequence[Token], trimmed: bool) -> list[tuple[str, bool]]:
    """Words and names of values in turn, `(text, whether it is a name)`; the words trimmed as one string, as Django does."""
    marks = [token.contents for token in tokens if token.token_type == TokenType.VAR]
    text = "".join(token.contents if token.token_type == TokenType.TEXT else "\0" for token in tokens)
    pieces = (trim_whitespace(text) if trimmed else text).split("\0")
    return [
        part
        for place, piece in enumerate(pieces)
        for part in ([(piece, False)] if place == 0 else [(marks[place - 1], True), (piece, False)])
    ]


@register.tag("translate")
def translate(parser: Parser, token: Token) -> Node:
    """`{% translate "A sentence." %}`"""
    node = i18n.do_translate(parser, token)
    if node.noop or node.asvar or node.message_context:
        return node
    return Words(parser.compile_filter(token.split_contents()[1]), node)


@register.tag("blocktranslate")
def blocktranslate(parser: Parser, token: Token) -> Node:
    """`{% blocktranslate trimmed with day=one.on|day %}…{{ day }}…{% endblocktranslate %}`"""
    node = i18n.do_block_translate(parser, token)
    return node if node.asvar or node.message_context else Block(node)
