using System.Text;

namespace DeclServer.Generator.Emission;

/// <summary>Lines of C# with their indentation.</summary>
internal sealed class CodeWriter(int depth)
{
    private readonly StringBuilder _text = new();
    private int _depth = depth;
    private bool _wantsBlank;

    public void Line(string line)
    {
        if (_wantsBlank)
        {
            _text.Append('\n');
            _wantsBlank = false;
        }

        foreach (string one in line.Split('\n'))
        {
            _text.Append(' ', _depth * 4).Append(one).Append('\n');
        }
    }

    public void Lines(params string[] lines)
    {
        foreach (string line in lines)
        {
            Line(line);
        }
    }

    /// <summary>An empty line before the next one, unless a block has just opened or nothing follows.</summary>
    public void Blank() => _wantsBlank = _text.Length > 0;

    public void Open(string head)
    {
        Line(head);
        Open();
    }

    public void Open()
    {
        Line("{");
        _depth++;
    }

    public void Close(string tail = "")
    {
        _wantsBlank = false;
        _depth--;
        Line("}" + tail);
    }

    public void Indent() => _depth++;

    public void Outdent() => _depth--;

    /// <summary>A statement that runs when the condition holds.</summary>
    public void If(string condition, params string[] body)
    {
        Open($"if ({condition})");
        Lines(body);
        Close();
    }

    public override string ToString() => _text.ToString().TrimEnd('\n');
}
