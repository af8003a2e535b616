using System.Runtime.InteropServices;
using DeclServer.Concurrency;
using DeclServer.Lifecycle;
using DeclServer.Transport;

namespace DeclServer;

/// <summary>A server that is a process of its own.</summary>
public sealed partial class ServerRun
{
    /// <summary>The section of settings for every server; the one named by the server class is over it.</summary>
    public const string AnyServer = "DeclServer";

    /// <summary>
    /// Runs a server as a process: reads the settings, starts it, drains it at SIGTERM or SIGINT; a second signal ends it at once.
    /// SIGHUP reloads it on a thread of its own, while the loops go on.
    /// </summary>
    /// <returns>One of <see cref="ExitStatus"/>, which is also set as the process's exit code.</returns>
    public static async Task<int> RunAsync<TServer>(string name, TServer server, string[] arguments, CancellationToken stop)
        where TServer : class, IServer<TServer>
    {
        ServerSettings settings = TServer.DeclaredSettings();
        SettingsReader reader = server.ReaderOf(settings);
        if (arguments is ["--help" or "-h"])
        {
            Console.Out.Write(reader.Help(name));
            return ExitStatus.Drained;
        }

        string file = Path.Combine(AppContext.BaseDirectory, SettingsReader.DefaultFile);
        if (reader.Read(arguments, Environment.GetEnvironmentVariable, [AnyServer, name], file) is { } wrong)
        {
            Console.Error.WriteLine(wrong);
            return Environment.ExitCode = ExitStatus.BadConfiguration;
        }

        if (reader.IsPrintAsked)
        {
            Console.Out.Write(reader.Print());
            return ExitStatus.Drained;
        }

        if (WorkerProcess.Current is { } worker && !worker.IsOf(name))
        {
            // This process is a worker of another server of the program: this one runs elsewhere.
            await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return ExitStatus.Drained;
        }

        if (settings.WorkerCommand.Count == 0)
        {
            settings.WorkerCommand = OwnCommand();
        }

        ServerRun run;
        try
        {
            run = server.Start(settings);
        }
        catch (BindException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return Environment.ExitCode = ExitStatus.CannotBind;
        }
        catch (SettingException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return Environment.ExitCode = ExitStatus.BadConfiguration;
        }

        // A worker is the server's own affair.
        using ServiceManager? manager = run._worker is null ? ServiceManager.Find(Environment.GetEnvironmentVariable) : null;

        void OnSignal(PosixSignalContext context)
        {
            // The first signal drains; the second has its usual effect, but for a worker, which the server ends.
            context.Cancel = run.RequestDrain() || run._worker is not null;
        }

        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using PosixSignalRegistration? hangUp = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            // Its usual effect is to end the process; here it asks for what can be loaded anew.
            context.Cancel = true;
            run._processes?.Signal(Libc.SigHup);
            manager?.Reloading();
            try
            {
                server.Reload();
            }
            catch (Exception exception)
            {
                Log.ReloadFailed(run.Logger, exception);
            }

            manager?.Ready();
        });
        await using CancellationTokenRegistration stopping = stop.Register(() => run.RequestDrain());
        manager?.Ready();
        manager?.Watch(() => run.LongestTurn);
        run.Tell(manager);
        int status = await run.Completion.ConfigureAwait(false);
        await run.DisposeAsync().ConfigureAwait(false);
        return Environment.ExitCode = status;
    }

    /// <summary>This program as it was started: the executable, or the host with the assembly it runs, and the arguments.</summary>
    private static string[] OwnCommand()
    {
        string[] line = Environment.GetCommandLineArgs();
        string program = Environment.ProcessPath ?? line[0];
        return Path.GetFileNameWithoutExtension(program) == "dotnet" ? [program, .. line] : [program, .. line[1..]];
    }
}
