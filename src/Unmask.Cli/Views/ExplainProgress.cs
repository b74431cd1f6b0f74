using System.Globalization;
using Spectre.Console;

namespace Unmask.Cli.Views;

/// <summary>A progress bar on standard error where a person watches; nothing elsewhere.</summary>
internal abstract class ExplainProgress
{
    /// <summary>The bar that suits the terminal.</summary>
    public static ExplainProgress For(Terminal terminal, bool quiet) => terminal.ShowsProgress && !quiet ? new Bar(terminal) : new Silent();

    /// <summary>Runs the work on one input; it reports its steps.</summary>
    /// <param name="index">Which input, from 0.</param>
    /// <param name="inputs">Of how many.</param>
    /// <param name="work">The work.</param>
    public abstract void Run(int index, int inputs, Action<IProgress<Step>?> work);

    /// <summary>Runs something that prints, as soon as no bar is in its way.</summary>
    public abstract void After(Action print);

    private sealed class Silent : ExplainProgress
    {
        private readonly FirstStep _firstStep = new();

        public override void Run(int index, int inputs, Action<IProgress<Step>?> work) => work(_firstStep);

        public override void After(Action print) => print();
    }

    /// <summary>Prints wait until the bar is gone: it redraws its lines.</summary>
    private sealed class Bar(Terminal terminal) : ExplainProgress
    {
        private readonly List<Action> _waiting = [];

        public override void Run(int index, int inputs, Action<IProgress<Step>?> work)
        {
            try
            {
                terminal.ProgressConsole.Progress()
                    .AutoClear(true)
                    .Columns(new SpinnerColumn(), new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                    .Start(context => work(new Steps(context.AddTask("starting"), index, inputs)));
            }
            finally
            {
                _waiting.ForEach(print => print());
                _waiting.Clear();
            }
        }

        public override void After(Action print) => _waiting.Add(print);
    }

    private sealed class Steps(ProgressTask task, int index, int inputs) : IProgress<Step>
    {
        public void Report(Step value)
        {
            Timing.Mark("first masked pass started");
            task.MaxValue = value.Total;
            task.Value = value.Done;
            string place = inputs == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"input {index + 1:N0} of {inputs:N0} · ");
            task.Description = string.Create(CultureInfo.InvariantCulture, $"{place}{value.Done:N0} of {value.Total:N0} {value.What}{(value.Objective is { } objective ? $" · objective {objective:g4}" : "")}");
        }
    }

    private sealed class FirstStep : IProgress<Step>
    {
        public void Report(Step value) => Timing.Mark("first masked pass started");
    }
}
