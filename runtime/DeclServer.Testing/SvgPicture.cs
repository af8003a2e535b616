using System.Globalization;
using System.Net;
using System.Text;

namespace DeclServer.Testing;

/// <summary>Shapes and text of a picture, with a sheet that also suits a dark page.</summary>
internal sealed class SvgPicture
{
    /// <summary>About the width of a character at 12 pixels: the picture is laid out without measuring.</summary>
    private const double CharacterWidth = 6.9;

    private const string Style = """
        text{font:12px ui-sans-serif,system-ui,"DejaVu Sans",Arial,sans-serif;fill:#1f2328}
        .small{font-size:10px;fill:#656d76}.title{font-weight:600;font-size:14px}.mono{font-family:ui-monospace,"DejaVu Sans Mono",monospace}
        .box{fill:#f6f8fa;stroke:#57606a}.alt{fill:#ddf4ff;stroke:#57606a}.lit{fill:#fff8c5;stroke:#57606a}.line{fill:none;stroke:#57606a;stroke-width:1.5}
        .dash{stroke-dasharray:4 3}.page{fill:#ffffff}
        """;

    private readonly StringBuilder _body = new();
    private double _width;
    private double _height;

    public static double WidthOf(string text, double size = 12) => text.Length * CharacterWidth * size / 12;

    public void Rectangle(double x, double y, double width, double height, string css, double radius = 0)
    {
        _body.Append("  <rect x=\"").Append(N(x)).Append("\" y=\"").Append(N(y)).Append("\" width=\"").Append(N(width)).Append("\" height=\"").Append(N(height));
        _body.Append(radius > 0 ? $"\" rx=\"{N(radius)}" : "").Append("\" class=\"").Append(css).Append("\"/>\n");
        Cover(x + width, y + height);
    }

    public void Path(string data, string css = "line") => _body.Append("  <path d=\"").Append(data).Append("\" class=\"").Append(css).Append("\"/>\n");

    public void Text(double x, double y, string text, string css = "", string anchor = "middle")
    {
        _body.Append("  <text x=\"").Append(N(x)).Append("\" y=\"").Append(N(y)).Append(anchor == "start" ? "" : $"\" text-anchor=\"{anchor}").Append(css.Length > 0 ? $"\" class=\"{css}" : "");
        _body.Append("\">").Append(WebUtility.HtmlEncode(text)).Append("</text>\n");
        Cover(x + (WidthOf(text) * (anchor == "start" ? 1 : 0.5)), y + 4);
    }

    public void Cover(double x, double y)
    {
        _width = Math.Max(_width, x);
        _height = Math.Max(_height, y);
    }

    public string Finish(string title)
    {
        string width = N(Math.Ceiling(_width) + 16);
        string height = N(Math.Ceiling(_height) + 14);
        return $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\">\n  <title>{WebUtility.HtmlEncode(title)}</title>\n  <style>\n{Style}\n  </style>\n  <rect width=\"100%\" height=\"100%\" class=\"page\"/>\n{_body}</svg>\n";
    }

    public static string N(double value) => Math.Round(value, 1).ToString(CultureInfo.InvariantCulture);
}
